<?php

/**
 * WHMCS loads the classes of lib/ by itself. This stands in for it where WHMCS has not done so: the
 * hook of the cron run, and tools run by hand.
 */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    $prefix = 'WHMCS\\Module\\Server\\Proxmoxkvm\\';
    if (!str_starts_with($class, $prefix)) {
        return;
    }
    $file = __DIR__ . '/' . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
    if (is_file($file)) {
        require_once $file;
    }
});
