<?php

/**
 * Renders the client's page of a service: `php render.php <directory of Smarty> <client> <service> [<tab>
 * [<language>]]`. The environment variable WHMCS_DB names the database. A process of its own: both Smartys have the
 * same names.
 */

declare(strict_types=1);

[, $library, $client, $service] = $argv;
$_GET['vm'] = $argv[4] ?? '';
$_SESSION['Language'] = $argv[5] ?? 'english';
// Debian's Smarty 3 is older than this PHP.
error_reporting(E_ALL & ~E_DEPRECATED);
set_error_handler(static function (int $level, string $message): bool {
    if (($level & error_reporting()) === 0) {
        return false;
    }
    throw new ErrorException($message, 0, $level);
});

require __DIR__ . '/start.php';
require $library . '/Smarty.class.php';

use StandIn\ClientPage;
use StandIn\Database;
use StandIn\Dispatcher;

define('CLIENTAREA', true);
Database::open((string) getenv('WHMCS_DB'));
Dispatcher::load();
$smarty = new Smarty();
$compiled = sys_get_temp_dir() . '/proxmoxkvm-smarty-' . bin2hex(random_bytes(8));
$smarty->setCompileDir($compiled);
try {
    echo ClientPage::html((int) $client, (int) $service, $smarty);
} finally {
    array_map('unlink', glob("$compiled/*") ?: []);
    rmdir($compiled);
}
