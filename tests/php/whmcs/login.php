<?php

/**
 * Whoever asks is logged in, without a password: `?client=1`, `?admin=1`, or both, as an admin who looks
 * at a client's area. Answers with the token of the session.
 */

declare(strict_types=1);

require __DIR__ . '/init.php';

session_regenerate_id(true);
$_SESSION = array_filter(['uid' => (int) ($_GET['client'] ?? 0), 'adminid' => (int) ($_GET['admin'] ?? 0)])
    + ['token' => bin2hex(random_bytes(20))];
echo $_SESSION['token'];
