<?php

/** An admin is logged in, and what changes something brings the token: else the page ends here. */

declare(strict_types=1);

define('ADMINAREA', true);

require dirname(__DIR__) . '/init.php';

if ((int) ($_SESSION['adminid'] ?? 0) === 0) {
    http_response_code(403);
    exit('Please log in');
}
if ($_SERVER['REQUEST_METHOD'] !== 'GET') {
    check_token('WHMCS.admin.default');
}
