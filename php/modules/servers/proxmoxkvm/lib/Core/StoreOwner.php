<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * Whose the file of a store is: the web server's user's, whoever comes first. What root's crontab or a command of
 * root's made for itself, no page could open.
 */
final class StoreOwner
{
    private const ROOT = 0;

    /** What WHMCS's pages write into: where its configuration.php says, and where it lies in WHMCS. */
    private const WRITTEN = [
        'templates_compiledir' => 'templates_c',
        'attachments_dir' => 'attachments',
        'downloads_dir' => 'downloads',
    ];

    /** Of files that WHMCS's pages made, so many are looked at. */
    private const FILES = 20;

    /** Before a store is opened, which makes it where it is missing. A page is run by the web server itself. */
    public static function prepare(StoreLocation $store): void
    {
        $us = self::us();
        $isPage = PHP_SAPI !== 'cli' && isset($_SERVER['REQUEST_METHOD']);
        if ($store->file === null || $us === null || $isPage || !in_array(self::of($store->file), [null, 0], true)) {
            return;
        }
        $owner = self::right($store->file, $us);
        $folder = dirname($store->file);
        if ($us !== self::ROOT) {
            if (self::of($store->file) === self::ROOT) {
                throw self::isOfRoot($folder, $us);
            }
            $owner === null || $owner === $us || throw self::isOf($owner, $us);
        } elseif ($owner === null) {
            self::isOfRootAlone() || throw self::isOfRoot($folder, null);
        } elseif (self::isRootsAlready($store->file)) {
            throw self::isOfRoot($folder, $owner);
        } elseif (self::of($folder) === null) {
            self::make($folder, $owner);
        }
        // The core gives the file to the owner of its folder.
    }

    /** Run as another user, a script would leave files that the web server cannot open. */
    public static function mustBeUs(StoreLocation $store): void
    {
        $us = self::us();
        // A database has its own users.
        if ($store->file === null || $us === null) {
            return;
        }
        $owner = self::right($store->file, $us);
        if ($owner !== null && $owner !== $us) {
            throw self::isRootsAlready($store->file) ? self::isOfRoot(dirname($store->file), $owner)
                : self::isOf($owner, $us);
        }
        self::prepare($store);
    }

    /** What root makes beside the store is the store's owner's too. */
    public static function give(string $made, StoreLocation $store): void
    {
        $owner = $store->file === null || self::us() !== self::ROOT ? null : self::of($store->file);
        if ($owner !== null && function_exists('chown')) {
            @chown($made, $owner);
        }
    }

    /** This process's user, as far as PHP may tell. */
    public static function us(): ?int
    {
        return function_exists('posix_geteuid') ? posix_geteuid() : self::of('/proc/self');
    }

    public static function name(?int $user): string
    {
        return match (true) {
            $user === null => function_exists('get_current_user') ? get_current_user() : '?',
            function_exists('posix_getpwuid') => posix_getpwuid($user)['name'] ?? (string) $user,
            default => (string) $user,
        };
    }

    /** The owner that it should have. Null: nobody but root has anything here. */
    private static function right(string $file, int $us): ?int
    {
        $places = [$file, dirname($file), ...self::written()];
        // Root may make it anywhere: the folders above tell whom it lies with. Others see whether they may write there.
        if ($us === self::ROOT && self::of($file) === null) {
            for ($above = dirname($file); $above !== dirname($above); $above = dirname($above)) {
                $places[] = $above;
            }
            $places[] = StoreLocation::whmcs();
        }
        foreach ($places as $place) {
            $owner = self::of($place);
            if ($owner !== null && $owner !== self::ROOT) {
                return $owner;
            }
        }

        return null;
    }

    /** @return list<string> what the web server's user has made: its own folders, and files in folders for everybody */
    private static function written(): array
    {
        $made = [];
        foreach (self::folders() as $folder) {
            $files = self::isOpen($folder) ? array_slice(glob("$folder/*") ?: [], 0, self::FILES) : [$folder];
            array_push($made, ...$files);
        }

        return $made;
    }

    /** Whether WHMCS's pages can be nobody's but root's: they have to write into its folders. */
    private static function isOfRootAlone(): bool
    {
        return array_filter(self::folders(), self::isOpen(...)) === [];
    }

    /** @return list<string> */
    private static function folders(): array
    {
        $folders = [];
        foreach (self::WRITTEN as $setting => $name) {
            $set = $GLOBALS[$setting] ?? '';
            $folders[] = is_string($set) && $set !== '' ? $set : StoreLocation::whmcs() . "/$name";
        }

        return array_values(array_filter($folders, static fn (string $folder): bool => @is_dir($folder)));
    }

    private static function isOpen(string $folder): bool
    {
        return (@fileperms($folder) & 0022) !== 0;
    }

    /** Null: it is not there, or PHP may not look. */
    private static function of(string $file): ?int
    {
        !function_exists('clearstatcache') || clearstatcache(true, $file);
        $owner = function_exists('fileowner') && @file_exists($file) ? @fileowner($file) : false;

        return $owner === false ? null : $owner;
    }

    private static function isRootsAlready(string $file): bool
    {
        return (self::of($file) ?? self::of(dirname($file))) === self::ROOT;
    }

    private static function make(string $folder, int $owner): void
    {
        if (!@is_dir(dirname($folder))) {
            self::make(dirname($folder), $owner);
        }
        if (!@mkdir($folder, 0700) || !@chown($folder, $owner)) {
            throw self::isOf($owner, self::ROOT);
        }
    }

    private static function isOf(int $owner, int $us): Unavailable
    {
        return new Unavailable(Lang::text('cron_owner', ['owner' => self::name($owner), 'user' => self::name($us)]));
    }

    /** @param int|null $owner the right one; null: not known */
    private static function isOfRoot(string $folder, ?int $owner): Unavailable
    {
        $values = ['folder' => $folder, 'user' => $owner === null ? 'www-data' : self::name($owner)];

        return new Unavailable(Lang::text($owner === null ? 'store_owner' : 'store_root', $values));
    }
}
