<?php

/**
 * Our own stand-in for the core of WHMCS, written from its public documentation: what a server module
 * sees of it, and nothing more. See Dispatcher for what it does with a module's answers. Its configuration.php lies
 * beside this file, or where WHMCS_CONFIGURATION says.
 */

declare(strict_types=1);

$configuration = getenv('WHMCS_CONFIGURATION') ?: __DIR__ . '/configuration.php';
if (is_file($configuration)) {
    require_once $configuration;
}
require_once 'Illuminate/Database/autoload.php';
require_once __DIR__ . '/functions.php';

// A copy of this directory may be a whole WHMCS with the modules in it; here they are in the working copy.
defined('STAND_IN_MODULES') || define(
    'STAND_IN_MODULES',
    is_dir(__DIR__ . '/modules') ? __DIR__ . '/modules' : dirname(__DIR__, 3) . '/php/modules'
);

spl_autoload_register(static function (string $class): void {
    $places = [
        'WHMCS\\Module\\Server\\Proxmoxkvm\\' => STAND_IN_MODULES . '/servers/proxmoxkvm/lib/',
        'WHMCS\\Module\\Addon\\Proxmoxkvm\\' => STAND_IN_MODULES . '/addons/proxmoxkvm/lib/',
        'WHMCS\\' => __DIR__ . '/src/',
        'StandIn\\' => __DIR__ . '/src/',
    ];
    foreach ($places as $prefix => $directory) {
        if (str_starts_with($class, $prefix)) {
            $file = $directory . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
            if (is_file($file)) {
                require_once $file;
            }

            return;
        }
    }
});

defined('WHMCS') || define('WHMCS', true);
