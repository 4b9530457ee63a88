<?php

/**
 * phpunit's own process works with the stub library; the real one is loaded in processes that tests start.
 */

declare(strict_types=1);

require __DIR__ . '/whmcs/start.php';

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Tests\\Support\\')) {
        require_once __DIR__ . '/support/' . substr($class, strlen('Tests\\Support\\')) . '.php';
    }
});

// Debian's Illuminate 8 is older than this PHP: its own deprecations say nothing about the module.
error_reporting(E_ALL & ~E_DEPRECATED);

Tests\Support\RealCore::remember();
// Where an archive is tried there need be no compiler.
$own = Tests\Support\RealCore::archive() === '' ? Tests\Support\StubLibrary::shared() : '';
putenv("PROXMOXKVM_LIBRARY=$own");
StandIn\Dispatcher::load();
