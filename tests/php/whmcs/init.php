<?php

/**
 * Every page and every cron run of the stand-in begins here, as in WHMCS. The environment variable WHMCS_DB
 * names the database.
 */

declare(strict_types=1);

error_reporting(E_ALL & ~E_DEPRECATED);
define('ROOTDIR', __DIR__);

require_once __DIR__ . '/start.php';

if (PHP_SAPI === 'cli-server') {
    // One visitor, who is logged in: for tests that look at one page.
    $_SESSION = ['uid' => 1];
} elseif (PHP_SAPI !== 'cli') {
    session_start();
}
StandIn\Database::open((string) getenv('WHMCS_DB'));
StandIn\Dispatcher::load();
