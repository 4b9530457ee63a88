<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Ordered;

/** What stands beside the state in the page's head: how long it runs, product, operating system, location. */
final class ClientLine
{
    public static function of(Seen $seen): string
    {
        $ordered = Ordered::of($seen->whmcs);
        $live = $seen->shown['live'] ?? [];
        $uptime = ($live['status'] ?? '') === 'running' && is_numeric($live['uptime_s'] ?? null)
            ? Locale::duration((float) $live['uptime_s'])
            : '';
        $parts = [$uptime, $ordered->product, $ordered->chosen('Operating System', 'OS'), $ordered->chosen('Location')];

        return implode(' · ', array_filter($parts, static fn (string $part): bool => $part !== ''));
    }
}
