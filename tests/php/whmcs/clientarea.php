<?php

/**
 * The stand-in's client area for a browser, by `php -S`: client 1 is logged in. The environment variable
 * WHMCS_DB names the database, SMARTY the directory of Smarty. What stands in BROWSER_SCRIPT, a person
 * would do by hand.
 */

declare(strict_types=1);

require __DIR__ . '/start.php';

use StandIn\ClientPage;
use StandIn\Database;
use StandIn\Dispatcher;

error_reporting(E_ALL & ~E_DEPRECATED);
define('CLIENTAREA', true);
Database::open((string) getenv('WHMCS_DB'));
Dispatcher::load();

if (($_POST['modop'] ?? '') === 'custom') {
    echo ClientPage::custom(1, (int) $_POST['id'], (string) $_POST['a'], $_SERVER['REQUEST_METHOD'], $_POST);
    exit;
}
require getenv('SMARTY') . '/Smarty.class.php';
$smarty = new Smarty();
$smarty->setCompileDir((string) getenv('SMARTY_COMPILED'));
$page = ClientPage::html(1, (int) ($_GET['id'] ?? 0), $smarty);
$script = (string) getenv('BROWSER_SCRIPT');
echo '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Stand-in</title>',
    "</head><body><div class=\"container\">$page</div><script>$script</script></body></html>";
