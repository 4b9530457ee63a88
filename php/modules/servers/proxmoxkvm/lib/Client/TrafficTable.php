<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** What a service has received and sent, by month, and how much of what is sold that is. */
final class TrafficTable
{
    /**
     * @param array<string, mixed> $traffic as the core shows it
     * @return array<string, mixed> for the template
     */
    public static function of(array $traffic): array
    {
        $months = array_values($traffic['months'] ?? []);
        $most = max(1, ...array_map(static fn (array $one): int => (int) $one['counted'], $months), ...[0]);

        return self::now($traffic) + [
            'rows' => array_map(static fn (array $one): array => [
                'month' => Locale::month((string) $one['month']),
                'in' => Locale::bytes((float) $one['bytes_in']),
                'out' => Locale::bytes((float) $one['bytes_out']),
                'counted' => Locale::bytes((float) $one['counted']),
                'share' => (int) round(100 * (int) $one['counted'] / $most),
            ], $months),
        ];
    }

    /**
     * This month's.
     *
     * @param array<string, mixed> $traffic as the core shows it
     * @return array{now: string, has_quota: bool, percent: int}
     */
    public static function now(array $traffic): array
    {
        $counted = array_column($traffic['months'] ?? [], 'counted', 'month')[$traffic['month'] ?? ''] ?? 0;
        $quota = (int) ($traffic['quota_bytes'] ?? 0);
        $values = ['used' => Locale::bytes((float) $counted), 'quota' => Locale::bytes((float) $quota)];

        return [
            'now' => Lang::text($quota > 0 ? 'client_traffic_of' : 'client_traffic_used', $values),
            'has_quota' => $quota > 0,
            'percent' => $quota > 0 ? (int) min(100, round(100 * (int) $counted / $quota)) : 0,
        ];
    }
}
