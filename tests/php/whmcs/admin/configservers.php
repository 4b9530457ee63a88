<?php

/** The page of a server entry (`?id=1`) with its button "Test Connection", which sends the unsaved form. */

declare(strict_types=1);

require __DIR__ . '/start.php';

use StandIn\Frame;
use StandIn\ServerPage;

$id = (int) ($_GET['id'] ?? 0);
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    header('Content-Type: application/json');
    echo json_encode(ServerPage::test($_POST), JSON_INVALID_UTF8_SUBSTITUTE);
    exit;
}
echo Frame::admin('Servers', ServerPage::html($id));
