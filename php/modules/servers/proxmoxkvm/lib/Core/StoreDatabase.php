<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use PDO;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * A store in MariaDB or MySQL: where the database is, and who logs in.
 *
 * The password is in memory only. It leaves this object in the URL for the core and in the doctor's connection.
 */
final class StoreDatabase
{
    public const SCHEME = 'mysql:';

    /** How the store's tables begin. The module's own tables in WHMCS's database begin with `mod_proxmoxkvm_`, too. */
    public const PREFIX = 'mod_proxmoxkvm_store_';

    private const PORT = 3306;
    private const CONNECT_SECONDS = 5;

    /** Where mysqlnd looks for a socket that no setting of PHP names. */
    private const SOCKET = '/tmp/mysql.sock';

    /** @param array<string, string> $options prefix, socket, tls_ca */
    private function __construct(
        private bool $isWhmcs,
        private string $host,
        private int $port,
        private string $database,
        private string $user,
        #[\SensitiveParameter] private string $password,
        private array $options
    ) {
        // As PHP means it, and every client of MySQL.
        if ($host === 'localhost' && ($options['socket'] ?? '') === '') {
            $this->options['socket'] = ini_get('pdo_mysql.default_socket') ?: ini_get('mysqli.default_socket')
                ?: self::SOCKET;
        }
        $this->options = array_filter($this->options, static fn (string $value): bool => $value !== '')
            + ['prefix' => self::PREFIX];
    }

    /** @return array<string, string> for var_dump() and the like */
    public function __debugInfo(): array
    {
        return ['name' => $this->name()];
    }

    /** @param string $setting `mysql:`, `mysql:?prefix=…` or `mysql://user:password@host:port/database?…` */
    public static function of(#[\SensitiveParameter] string $setting): self
    {
        [$place, $query] = [...explode('?', substr($setting, strlen(self::SCHEME)), 2), ''];
        // A password with a question mark that is not written as in a URL: what follows is a part of it.
        if (str_contains($query, '@')) {
            throw new Unavailable(Lang::text('store_url'));
        }
        $options = StoreOptions::read($query, $place === '' ? ['prefix'] : ['prefix', 'socket', 'tls_ca']);
        if ($place === '') {
            $login = WhmcsLogin::of(self::PORT);

            return new self(true, ...['options' => $options + $login['options']] + $login);
        }
        $parts = str_starts_with($place, '//') ? parse_url(self::SCHEME . $place) : false;
        $parts = array_map(static fn (string|int $part): string => rawurldecode((string) $part), $parts ?: []);
        $database = substr($parts['path'] ?? '', 1);
        if (($parts['host'] ?? '') === '' || ($parts['user'] ?? '') === '' || $database === '') {
            throw new Unavailable(Lang::text('store_url'));
        }
        $port = (int) ($parts['port'] ?? self::PORT);

        return new self(false, $parts['host'], $port, $database, $parts['user'], $parts['pass'] ?? '', $options);
    }

    /** What the core is told, the password in it. */
    public function url(): string
    {
        return $this->written(':' . rawurlencode($this->password));
    }

    public function name(): string
    {
        return $this->written('');
    }

    /** What PROXMOXKVM_STORE has to be, the word PASSWORD in the place of one. */
    public function setting(): string
    {
        if (!$this->isWhmcs) {
            return $this->written($this->password === '' ? '' : ':PASSWORD');
        }
        $prefix = $this->prefix();

        return self::SCHEME . ($prefix === self::PREFIX ? '' : '?prefix=' . rawurlencode($prefix));
    }

    public function isTypedWithPassword(): bool
    {
        return !$this->isWhmcs && $this->password !== '';
    }

    public function prefix(): string
    {
        return $this->options['prefix'];
    }

    /** A connection of PHP's own, for the doctor. */
    public function connect(): PDO
    {
        $socket = $this->options['socket'] ?? '';
        $place = $socket !== '' ? "unix_socket=$socket" : "host=$this->host;port=$this->port";
        $options = [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_TIMEOUT => self::CONNECT_SECONDS];
        if (isset($this->options['tls_ca'])) {
            $options[PDO::MYSQL_ATTR_SSL_CA] = $this->options['tls_ca'];
        }

        return new PDO("mysql:$place;dbname=$this->database;charset=utf8mb4", $this->user, $this->password, $options);
    }

    private function written(string $password): string
    {
        $host = str_contains($this->host, ':') ? '[' . trim($this->host, '[]') . ']' : rawurlencode($this->host);
        $login = rawurlencode($this->user) . $password;
        $query = http_build_query($this->options, '', '&', PHP_QUERY_RFC3986);

        return "mysql://$login@$host:$this->port/" . rawurlencode($this->database) . "?$query";
    }
}
