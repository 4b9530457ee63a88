<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * One cron run at a time on this machine, whichever cron started it. The lock is a file, because it goes when its
 * process ends, however it ends. Several machines on one database may run at once and share the work.
 *
 * It saves work and keeps the lines in order. That two runs never work on one service is the core's doing.
 */
final class CronLock
{
    /** @param resource|null $file */
    private function __construct(private $file)
    {
    }

    public function __destruct()
    {
        if ($this->file !== null) {
            fclose($this->file);
        }
    }

    /** @return self|null null while another run holds it */
    public static function take(StoreLocation $store): ?self
    {
        $path = $store->lockFile();
        if ($store->file === null && $store->folder() === null) {
            // Somebody else of this machine has laid something in its place: no lock is better than no cron.
            return new self(null);
        }
        // A store's own folder is there once the core has opened the store.
        $file = $store->file !== null || $store->folder() !== null ? @fopen($path, 'c') : false;
        if ($file === false) {
            Forbidden::mustReach(dirname($path));
            $user = User::name(User::current());
            throw new Unavailable(Lang::text('cron_lock', ['file' => $path, 'user' => $user]));
        }
        StoreOwner::give($path, $store);

        // Without locks two runs may work at once: the core keeps them apart.
        return !function_exists('flock') || flock($file, LOCK_EX | LOCK_NB) ? new self($file) : null;
    }
}
