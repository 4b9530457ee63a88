<?php

declare(strict_types=1);

namespace Tests\Support;

/** A file of the server module that is run by hand, where it lies in a WHMCS. */
final class ModuleFile
{
    /**
     * @param list<string> $arguments
     * @param array<string, string> $environment
     */
    public static function run(string $file, array $arguments, array $environment): Php
    {
        $root = TempDir::make();
        $standIn = dirname(__DIR__) . '/whmcs/start.php';
        file_put_contents("$root/init.php", "<?php require '$standIn';"
            . " StandIn\\Database::open((string) getenv('WHMCS_DB'));");
        mkdir("$root/modules/servers", 0755, true);
        exec('cp -r ' . escapeshellarg(dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm')
            . ' ' . escapeshellarg("$root/modules/servers/"));
        $options = ['-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED), '-q'];

        return new Php([...$options, "$root/modules/servers/proxmoxkvm/$file", ...$arguments], $environment);
    }
}
