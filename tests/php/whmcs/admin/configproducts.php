<?php

/**
 * The tab "Module Settings" of a product (`?id=1`, `&simple=1` for the simple mode, where loaders fill
 * their fields): shows it and saves it.
 */

declare(strict_types=1);

require __DIR__ . '/start.php';

use StandIn\Frame;
use StandIn\ProductPage;

$id = (int) ($_GET['id'] ?? 0);
if ($_SERVER['REQUEST_METHOD'] === 'GET') {
    echo Frame::admin('Module Settings', ProductPage::html($id, isset($_GET['simple'])));
    exit;
}
ProductPage::save($id, (array) ($_POST['packageconfigoption'] ?? []));
Frame::notify('success', 'Product Updated Successfully!', '');
header('Location: ' . $_SERVER['REQUEST_URI'], true, 303);
