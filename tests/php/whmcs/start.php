<?php

/**
 * Our own stand-in for the core of WHMCS, written from its public documentation: what a server module
 * sees of it, and nothing more. See Dispatcher for what it does with a module's answers.
 */

declare(strict_types=1);

require_once 'Illuminate/Database/autoload.php';
require_once __DIR__ . '/functions.php';

spl_autoload_register(static function (string $class): void {
    $module = 'WHMCS\\Module\\Server\\Proxmoxkvm\\';
    $places = [
        $module => dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/',
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
