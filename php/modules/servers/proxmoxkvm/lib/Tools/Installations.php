<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Core\Whereabouts;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** Which WHMCS the store belongs to, after one was moved or copied. */
final class Installations
{
    /** Called by installation.php. Throws nothing. @return int 0 done, 1 not */
    public static function alone(bool $moved, bool $copy): int
    {
        try {
            if ($moved === $copy) {
                throw new Unavailable(Lang::text('installation_usage'));
            }
            StoreOwner::mustBeUs(StoreLocation::current());
            Native::call('installation', ['home' => Whereabouts::ofThis(), 'as' => $moved ? 'moved' : 'copy']);
            echo Lang::text($moved ? 'installation_moved' : 'installation_copy'), PHP_EOL;

            return 0;
        } catch (Throwable $error) {
            echo $error->getMessage(), PHP_EOL;

            return 1;
        }
    }
}
