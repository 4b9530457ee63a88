<?php

/**
 * The client area: the page of a service, and the functions of its module that a client may call. Which
 * Smarty renders it, the environment variable SMARTY says; `?theme=six` takes Bootstrap 3, `?theme=nexus dark` and
 * `?theme=nexus rtl` are other looks. What stands in BROWSER_SCRIPT, a person would do by hand.
 */

declare(strict_types=1);

define('CLIENTAREA', true);

require __DIR__ . '/init.php';

use StandIn\ClientPage;
use StandIn\Theme;

// Every page of WHMCS takes it, and WHMCS remembers it.
$language = $_GET['language'] ?? $_COOKIE['language'] ?? null;
isset($_GET['language']) && setcookie('language', (string) $_GET['language']);
$_SESSION = array_filter(['Language' => $language], is_string(...)) + ($_SESSION ?? []);

$client = (int) ($_SESSION['uid'] ?? 0);
$id = (int) ($_REQUEST['id'] ?? 0);
$result = '';
if (($_REQUEST['modop'] ?? '') === 'custom') {
    // WHMCS takes the function from a link as well as from a form.
    $result = ClientPage::custom($client, $id, (string) $_REQUEST['a'], $_SERVER['REQUEST_METHOD'], $_POST);
} elseif (isset($_POST['modulechangepassword'])) {
    $result = ClientPage::changePassword($client, $id, (string) $_POST['newpw'], (string) ($_POST['token'] ?? ''));
}
$isPassword = isset($_POST['modulechangepassword']);
$library = getenv('SMARTY') ?: '/usr/share/php/smarty4';
require "$library/Smarty.class.php";
$smarty = new Smarty();
$compiled = (string) getenv('SMARTY_COMPILED');
$smarty->setCompileDir($compiled !== '' ? $compiled : dirname(ROOTDIR) . '/templates_c');
// The themes print a module's answer as it is; the one to a new password they have elsewhere.
$smarty->assign('modulechangepwresult', $isPassword ? ($result === 'success' ? 'success' : 'error') : '');
$smarty->assign('modulechangepasswordmessage', $result === 'success' ? 'Password Changed' : $result);
$class = $result === 'success' ? 'alert-success' : 'alert-danger';
$alert = $result === '' || $isPassword ? '' : "<div class=\"alert $class\" id=\"result\">$result</div>";
echo Theme::html($alert, ClientPage::html($client, $id, $smarty), (string) ($_GET['theme'] ?? ''))
    . '<script>' . getenv('BROWSER_SCRIPT') . '</script>';
