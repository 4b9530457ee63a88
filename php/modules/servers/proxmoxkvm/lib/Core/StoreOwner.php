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
    /** Before a store is opened, which makes it where it is missing. A page is run by the web server itself. */
    public static function prepare(StoreLocation $store): void
    {
        $us = User::current();
        $isPage = PHP_SAPI !== 'cli' && isset($_SERVER['REQUEST_METHOD']);
        if ($store->file === null || $us === null || $isPage || !in_array(User::of($store->file), [null, 0], true)) {
            return;
        }
        $owner = self::right($store->file, $us);
        $folder = dirname($store->file);
        if ($us !== User::ROOT) {
            if (User::of($store->file) === User::ROOT) {
                throw self::isOfRoot($folder, $us);
            }
            $owner === null || $owner === $us || throw self::isOf($owner, $us);
        } elseif ($owner === null) {
            WrittenFolders::areOfRootAlone() || throw self::isOfRoot($folder, null);
        } elseif (self::isRootsAlready($store->file)) {
            throw self::isOfRoot($folder, $owner);
        } elseif (User::of($folder) === null) {
            self::make($folder, $owner);
        }
        // The core gives the file to the owner of its folder.
    }

    /** Run as another user, a script would leave files that the web server cannot open. */
    public static function mustBeUs(StoreLocation $store): void
    {
        $us = User::current();
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
        $owner = $store->file === null || User::current() !== User::ROOT ? null : User::of($store->file);
        if ($owner !== null && function_exists('chown')) {
            @chown($made, $owner);
        }
    }

    /** The owner that it should have. Null: nobody but root has anything here. */
    private static function right(string $file, int $us): ?int
    {
        $places = [$file, dirname($file), ...WrittenFolders::made()];
        // Root may make it anywhere: the folders above tell whom it lies with. Others see whether they may write there.
        if ($us === User::ROOT && User::of($file) === null) {
            for ($above = dirname($file); $above !== dirname($above); $above = dirname($above)) {
                $places[] = $above;
            }
            $places[] = WebRoot::whmcs();
        }
        foreach ($places as $place) {
            $owner = User::of($place);
            if ($owner !== null && $owner !== User::ROOT) {
                return $owner;
            }
        }

        return null;
    }

    private static function isRootsAlready(string $file): bool
    {
        return (User::of($file) ?? User::of(dirname($file))) === User::ROOT;
    }

    private static function make(string $folder, int $owner): void
    {
        if (!@is_dir(dirname($folder))) {
            self::make(dirname($folder), $owner);
        }
        if (!@mkdir($folder, 0700) || !@chown($folder, $owner)) {
            throw self::isOf($owner, User::ROOT);
        }
    }

    private static function isOf(int $owner, int $us): Unavailable
    {
        return new Unavailable(Lang::text('cron_owner', ['owner' => User::name($owner), 'user' => User::name($us)]));
    }

    /** @param int|null $owner the right one; null: not known */
    private static function isOfRoot(string $folder, ?int $owner): Unavailable
    {
        $values = ['folder' => $folder, 'user' => $owner === null ? 'www-data' : User::name($owner)];

        return new Unavailable(Lang::text($owner === null ? 'store_owner' : 'store_root', $values));
    }
}
