<?php

/**
 * A page of the stand-in WHMCS, by php-fpm (`?do=create&id=7`) and by hand (`php front.php create 7`).
 * The environment variable WHMCS_DB names the database. Answers with JSON. With `&client=3` it is a page
 * of the client area, where that client is logged in and may have chosen a language: `&language=german`.
 */

declare(strict_types=1);

require __DIR__ . '/start.php';

use StandIn\ClientPage;
use StandIn\Database;
use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use WHMCS\Module\Server\Proxmoxkvm\Service\NewPassword;
use WHMCS\Module\Server\Proxmoxkvm\Service\PasswordChange;

$client = (int) ($_GET['client'] ?? 0);
if (PHP_SAPI !== 'cli') {
    define($client > 0 ? 'CLIENTAREA' : 'ADMINAREA', true);
    // An admin may be logged in as a client in the same browser, with another language.
    $_SESSION = $client > 0
        ? array_filter(['Language' => $_GET['language'] ?? null])
        : ['adminid' => 1, 'Language' => 'french'];
}
[$do, $id, $button] = PHP_SAPI === 'cli'
    ? [$argv[1] ?? '', (int) ($argv[2] ?? 0), $argv[3] ?? '']
    : [(string) ($_GET['do'] ?? ''), (int) ($_GET['id'] ?? 0), (string) ($_GET['button'] ?? '')];

Database::open((string) getenv('WHMCS_DB'));
Dispatcher::load();
ob_start();
$started = microtime(true);
$result = match ($do) {
    'cron' => Dispatcher::cron(),
    'test' => Dispatcher::testConnection($id),
    'fields' => Dispatcher::adminFields($id),
    'button' => Dispatcher::button($id, $button),
    'options' => proxmoxkvm_ConfigOptions(),
    'load' => Dispatcher::loader($button, $id),
    'addon' => StandIn\AddonPage::visit(...json_decode($button, true)),
    'attach' => Dispatcher::attach($id, $button),
    'call' => Dispatcher::call($button, $id),
    'renew' => PasswordChange::give(NewPassword::random(), ParamsBuilder::service($id), $id),
    'custom' => ClientPage::custom($client, $id, $button, $_SERVER['REQUEST_METHOD'], $_POST),
    default => Dispatcher::run($do, $id),
};
$answer = [
    'result' => $result,
    'output' => (string) ob_get_clean(),
    'seconds' => microtime(true) - $started,
];
echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE), "\n";
