<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/**
 * One cron run at a time on this machine, whichever cron started it. The lock is a file, because it goes when its
 * process ends, however it ends. Several machines on one database may run at once and share the work.
 *
 * It saves work and keeps the lines in order. That two runs never work on one service is the core's doing.
 */
final class CronLock
{
    /** @param resource $file */
    private function __construct(private $file)
    {
    }

    public function __destruct()
    {
        fclose($this->file);
    }

    /** @return self|null null while another run holds it */
    public static function take(StoreLocation $store): ?self
    {
        $path = $store->lockFile();
        // A store's own folder is there once the core has opened the store.
        $file = $store->file !== null || $store->folder() !== null ? @fopen($path, 'c') : false;
        if ($file === false) {
            throw new Unavailable(Lang::text('cron_lock', ['file' => $path, 'user' => self::user()]));
        }

        return flock($file, LOCK_EX | LOCK_NB) ? new self($file) : null;
    }

    /**
     * Run as another user, the cron would leave files that the web server cannot open. A database has its own users.
     */
    public static function mustBeOwner(StoreLocation $store): void
    {
        if ($store->file === null) {
            return;
        }
        // Without a store, its folder tells: the hoster may have made it.
        $known = file_exists($store->file) ? $store->file : dirname($store->file);
        $owner = file_exists($known) && function_exists('posix_geteuid') ? fileowner($known) : false;
        if ($owner !== false && $owner !== posix_geteuid()) {
            throw new Unavailable(Lang::text('cron_owner', [
                'owner' => posix_getpwuid($owner)['name'] ?? (string) $owner,
                'user' => self::user(),
            ]));
        }
    }

    private static function user(): string
    {
        return function_exists('posix_geteuid')
            ? posix_getpwuid(posix_geteuid())['name'] ?? (string) posix_geteuid()
            : get_current_user();
    }
}
