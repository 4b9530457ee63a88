<?php

/**
 * WHMCS loads this file on every page: it registers, and loads nothing.
 */

declare(strict_types=1);

if (!defined('WHMCS')) {
    die('This file cannot be accessed directly');
}

// By this the doctor sees that WHMCS knows the file.
defined('PROXMOXKVM_HOOKS') || define('PROXMOXKVM_HOOKS', true);

add_hook('AfterCronJob', 1, static function (): void {
    require_once __DIR__ . '/lib/autoload.php';
    \WHMCS\Module\Server\Proxmoxkvm\Cron::hook();
});
