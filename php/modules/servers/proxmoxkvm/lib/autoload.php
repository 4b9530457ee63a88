<?php

/**
 * WHMCS loads the classes of lib/ by itself. This stands in for it where WHMCS has not done so: the
 * hook of the cron run, the addon module, and tools run by hand.
 */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $places = [
        'WHMCS\\Module\\Server\\Proxmoxkvm\\' => __DIR__ . '/',
        'WHMCS\\Module\\Addon\\Proxmoxkvm\\' => dirname(__DIR__, 3) . '/addons/proxmoxkvm/lib/',
    ];
    foreach ($places as $prefix => $directory) {
        $file = $directory . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
        if (str_starts_with($class, $prefix) && is_file($file)) {
            require_once $file;
        }
    }
});
