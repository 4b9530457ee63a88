<?php

/**
 * The shop, as far as a product of the cart is configured (`?a=confproduct&i=0`) and ordered: WHMCS's hooks are run on
 * the way, the order becomes a service, and the module builds it. `?a=add&pid=1` puts a product into the cart.
 */

declare(strict_types=1);

define('CLIENTAREA', true);

require __DIR__ . '/init.php';

use StandIn\Hooks;
use StandIn\Shop;
use StandIn\Theme;

if (($_GET['a'] ?? '') === 'add') {
    $_SESSION['cart']['products'][] = ['pid' => (int) $_GET['pid']];
    $index = count($_SESSION['cart']['products']) - 1;
    header("Location: cart.php?a=confproduct&i=$index");
    exit;
}
$index = (int) ($_REQUEST['i'] ?? 0);
$errors = [];
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    $errors = Shop::configured($index, $_POST);
    if ($errors === []) {
        $service = Shop::checkedOut((int) ($_SESSION['uid'] ?? 0));
        header("Location: clientarea.php?action=productdetails&id=$service");
        exit;
    }
}
$page = Shop::form($index) . implode('', Hooks::run('ClientAreaFooterOutput', ['filename' => 'cart']));
echo Theme::html('<div id="result">' . implode('<br>', $errors) . '</div>', $page, '');
