<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/**
 * Whether a customer may still have a console that is open: WHMCS says whose the service is and who may see it, and
 * the core what its product gives. Proxmox VE is not asked.
 */
final class Right
{
    /** @return string|null why not any more, as the library calls it */
    public static function lost(int $service, int $client, string $opener): ?string
    {
        return self::owned($service, $client)
            ?? (Opener::stays($opener, $client) && self::isGiven($service) ? null : 'not_allowed');
    }

    /** The same, of the owner alone: one question to the database. */
    public static function owned(int $service, int $client): ?string
    {
        return Services::owner($service) === $client ? null : 'other_owner';
    }

    private static function isGiven(int $service): bool
    {
        try {
            $package = Orders::paramsOf($service)->package();
            $shown = Native::call('show', ['service' => $service, 'actor' => 'client', 'package' => $package]);
        } catch (Unavailable) {
            // Its product is none of this module any more.
            return false;
        } catch (CoreError) {
            // Settings of a product that cannot be read say nothing of its consoles.
            return true;
        }

        return in_array('console', array_column($shown['actions'] ?? [], 'name'), true);
    }
}
