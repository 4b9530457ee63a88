<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use Throwable;
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

    /** @return array{url: string, database: string, root: string, machine: string, server: string} empty where it cannot be seen */
    public static function ofThis(): array
    {
        $url = (string) Capsule::table('tblconfiguration')->where('setting', 'SystemURL')->value('value');

        return [
            'url' => strtolower(rtrim((string) preg_replace('#^[a-z]+://#i', '', trim($url)), '/')),
            'database' => self::database(),
            'root' => WebRoot::whmcs(),
            // Under open_basedir PHP warns of it, and does not see it.
            'machine' => trim((string) @file_get_contents('/etc/machine-id')),
            'server' => self::server(),
        ];
    }

    /** What tells the database's server apart: an id of its own (MySQL, newer MariaDB), and its machine's name. */
    private static function server(): string
    {
        try {
            $rows = Capsule::connection()->select(
                "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('hostname', 'server_uid', 'server_uuid')"
            );
            $values = [];
            foreach ($rows as $row) {
                $values[] = implode('=', array_map(strval(...), array_values((array) $row)));
            }
            sort($values);

            return implode(',', $values);
        } catch (Throwable) {
            return '';
        }
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
