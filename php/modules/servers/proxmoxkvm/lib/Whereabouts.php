<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use WHMCS\Database\Capsule;

/** Where this WHMCS is: by that the core tells it from a copy that has a copy of its store. */
final class Whereabouts
{
    private const LOCAL = ['', 'localhost', '127.0.0.1', '::1'];
    private const PORT = 3306;

    /** @return array{home?: array<string, string>} a part of a request; nothing where there is no WHMCS */
    public static function part(): array
    {
        return class_exists(Capsule::class) ? ['home' => self::ofThis()] : [];
    }

    /** @return array{url: string, database: string, root: string, machine: string} empty where it cannot be seen */
    public static function ofThis(): array
    {
        $url = (string) Capsule::table('tblconfiguration')->where('setting', 'SystemURL')->value('value');

        return [
            'url' => strtolower(rtrim((string) preg_replace('#^[a-z]+://#i', '', trim($url)), '/')),
            'database' => self::database(),
            'root' => StoreLocation::whmcs(),
            // Under open_basedir PHP warns of it, and does not see it.
            'machine' => trim((string) @file_get_contents('/etc/machine-id')),
        ];
    }

    private static function database(): string
    {
        $config = Capsule::connection()->getConfig();
        $text = static fn (string $key): string => is_scalar($config[$key] ?? null) ? (string) $config[$key] : '';
        $host = strtolower($text('host'));
        if ($text('unix_socket') !== '' || in_array($host, self::LOCAL, true)) {
            $host = 'localhost';
        }
        $port = (int) $text('port');

        return $host . ($port === 0 || $port === self::PORT ? '' : ":$port") . '/' . $text('database');
    }
}
