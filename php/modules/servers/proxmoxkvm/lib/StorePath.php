<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/**
 * Where the core keeps its store.
 *
 * The web and the cron must come to the same path, so it depends on nothing that only one of them
 * knows. PHP never opens the file: two copies of SQLite in one process drop each other's locks.
 */
final class StorePath
{
    public static function current(): string
    {
        $path = Setting::value('PROXMOXKVM_STORE')
            ?? self::beside(defined('ROOTDIR') ? (string) constant('ROOTDIR') : dirname(__DIR__, 4));
        if (!str_starts_with($path, '/')) {
            throw new Unavailable(Lang::text('store_relative', ['path' => $path]));
        }
        $documents = PHP_SAPI === 'cli' ? '' : (string) ($_SERVER['DOCUMENT_ROOT'] ?? '');
        if (self::isInside($path, $documents)) {
            throw new Unavailable(Lang::text('store_public', ['path' => $path, 'root' => $documents]));
        }

        return $path;
    }

    /** A sibling of WHMCS's directory, named after it: two installations never share a store. */
    public static function beside(string $whmcs): string
    {
        $root = realpath($whmcs) ?: $whmcs;

        return dirname($root) . '/' . basename($root) . '-proxmoxkvm/store.db';
    }

    /** Would a web server with this document root hand the file out? */
    public static function isInside(string $path, string $documents): bool
    {
        $root = $documents === '' ? false : realpath($documents);
        if ($root === false) {
            return false;
        }
        $directory = dirname($path);
        while (!is_dir($directory) && $directory !== dirname($directory)) {
            $directory = dirname($directory);
        }

        return str_starts_with((realpath($directory) ?: $directory) . '/', rtrim($root, '/') . '/');
    }
}
