<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use PDO;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** How WHMCS itself comes to its database: a store there has the same login. */
final class WhmcsLogin
{
    /**
     * @return array<string, mixed> host, port, database, user, password, and options as a store's URL has them
     * @throws Unavailable there is none that the store could have
     */
    public static function of(int $defaultPort): array
    {
        $config = Capsule::connection()->getConfig();
        $text = static fn (string $key): string => is_scalar($config[$key] ?? null) ? (string) $config[$key] : '';
        if (!in_array($text('driver'), ['mysql', 'mariadb'], true) || $text('username') === '') {
            throw new Unavailable(Lang::text('store_no_login'));
        }

        return [
            'host' => $text('host') ?: 'localhost',
            'port' => (int) $text('port') ?: $defaultPort,
            'database' => $text('database'),
            'user' => $text('username'),
            'password' => $text('password'),
            'options' => [
                'socket' => $text('unix_socket'),
                'tls_ca' => self::authority($config['options'] ?? null),
            ],
        ];
    }

    /** The file by which WHMCS's connection knows the server. Without it the store would be asked in plain text. */
    private static function authority(mixed $attributes): string
    {
        if (!extension_loaded('pdo_mysql') || !is_array($attributes)) {
            return '';
        }
        $file = (string) ($attributes[PDO::MYSQL_ATTR_SSL_CA] ?? '');
        // The store logs in without a certificate of its own, and knows a server by a file only.
        $foreign = [PDO::MYSQL_ATTR_SSL_CERT, PDO::MYSQL_ATTR_SSL_KEY];
        if ($file === '') {
            array_push($foreign, PDO::MYSQL_ATTR_SSL_CAPATH, PDO::MYSQL_ATTR_SSL_CIPHER);
        }
        if (array_filter(array_intersect_key($attributes, array_flip($foreign))) !== []) {
            throw new Unavailable(Lang::text('store_tls'));
        }

        return $file;
    }
}
