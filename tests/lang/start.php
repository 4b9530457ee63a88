<?php

/** For the commands of this folder: the module's classes and those that check its texts. No WHMCS, no library. */

declare(strict_types=1);

require dirname(__DIR__, 2) . '/php/modules/servers/proxmoxkvm/lib/autoload.php';

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Tests\\Support\\')) {
        require_once dirname(__DIR__) . '/php/support/' . substr($class, strlen('Tests\\Support\\')) . '.php';
    }
});
