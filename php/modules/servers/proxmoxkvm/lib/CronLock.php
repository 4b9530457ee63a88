<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/**
 * One cron run at a time, whichever cron started it. The lock is a file beside the store, because runs on
 * one store are what must not overlap; it goes when its process ends, however it ends.
 *
 * It saves work and keeps the lines in order. That two runs never work on one service is the core's doing.
 */
final class CronLock
{
    /** @param resource $file */
    private function __construct(private $file, private string $path)
    {
    }

    public function __destruct()
    {
        fclose($this->file);
    }

    /** @return self|null null while another run holds it */
    public static function take(string $store): ?self
    {
        $path = $store . '.cron-lock';
        // The store's folder is there once the core has opened the store.
        $file = @fopen($path, 'c');
        if ($file === false) {
            throw new Unavailable(Lang::text('cron_lock', ['file' => $path, 'user' => self::user()]));
        }

        return flock($file, LOCK_EX | LOCK_NB) ? new self($file, $path) : null;
    }

    /** The time of the file is the time of the last run that came to its end. */
    public function finished(): void
    {
        touch($this->path);
    }

    /** When the last run ended; null when there was none, or when it cannot be seen from here. */
    public static function lastRun(string $store): ?int
    {
        clearstatcache();

        return @filemtime($store . '.cron-lock') ?: null;
    }

    /**
     * Run as another user, the cron would leave files that the web server cannot open.
     */
    public static function mustBeOwner(string $store): void
    {
        // Without a store, its folder tells: the hoster may have made it.
        $known = file_exists($store) ? $store : dirname($store);
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
