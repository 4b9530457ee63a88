<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

/**
 * Where the sockets of open consoles are, and what they are called. A browser draws a key and keeps it; all that this
 * machine has of it is the beginning of its SHA-256, the name of a socket. Paths of sockets have 107 bytes at most.
 */
final class Place
{
    private const KEY = '/^[0-9a-f]{64}$/D';
    private const NAME = 32;

    /**
     * In PHP's own folder, another one for each installation and each user that PHP has run as: the library makes it
     * for this user alone.
     */
    public static function folder(): string
    {
        $installation = substr(hash('sha256', __DIR__), 0, 12);

        return rtrim(sys_get_temp_dir(), '/') . "/proxmoxkvm-$installation" . rtrim('-' . self::user(), '-');
    }

    /** Whether it is this user's alone: in `/tmp` anybody may be first. */
    public static function isOurs(): bool
    {
        $folder = self::folder();
        if (!is_dir($folder) || is_link($folder)) {
            return false;
        }
        $found = (array) lstat($folder);
        $isItsOwner = in_array(self::user(), ['', (string) ($found['uid'] ?? '-')], true);

        return $isItsOwner && (($found['mode'] ?? 0o777) & 0o077) === 0;
    }

    /** '': this PHP cannot say. */
    private static function user(): string
    {
        return function_exists('posix_geteuid') ? (string) posix_geteuid() : '';
    }

    /** Whether it can be what a browser has drawn: 256 bits. */
    public static function isKey(mixed $key): bool
    {
        return is_string($key) && preg_match(self::KEY, $key) === 1;
    }

    public static function name(string $key): string
    {
        return substr(hash('sha256', $key), 0, self::NAME);
    }

    public static function socket(string $key): string
    {
        return self::folder() . '/' . self::name($key) . '.sock';
    }

    /** By this a request says that it comes from the browser that the console is open in. */
    public static function session(string $cookie): string
    {
        return $cookie === '' ? '' : hash('sha256', $cookie);
    }

    /** The host that a browser has asked, as far as it can be one. */
    public static function host(): string
    {
        $host = $_SERVER['HTTP_HOST'] ?? '';

        return is_string($host) && preg_match('/^[\w.:\[\]-]{1,255}$/D', $host) === 1 ? strtolower($host) : '-';
    }
}
