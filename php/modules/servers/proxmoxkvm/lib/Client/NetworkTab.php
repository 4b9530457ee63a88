<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The addresses with what whoever sets them up has to know, their reverse names, and the traffic by month. */
final class NetworkTab extends Tab
{
    private const TEXTS = [
        'addresses', 'gateway', 'dns_servers', 'reverse', 'reverse_help', 'reverse_save', 'guide', 'guide_help',
        'guide_run', 'traffic', 'traffic_month', 'traffic_in', 'traffic_out', 'traffic_counted', 'traffic_none',
    ];

    public static function isThere(Seen $seen): bool
    {
        return ($seen->service()['addresses'] ?? []) !== [];
    }

    public static function of(Seen $seen): array
    {
        return [
            'text' => Lang::named('client_', self::TEXTS),
            // Without a zone nobody would write the names.
            'names' => $seen->has('set_reverse_name') && Zones::anyReverse(),
            'guides' => AddressGuide::of($seen->shown['network'] ?? []),
            'traffic' => TrafficTable::of($seen->shown['traffic'] ?? []),
        ];
    }

    public static function live(Seen $seen): array
    {
        $names = array_column(ClientReverse::names($seen->shown), 'name', 'address');
        $address = static fn (array $one): array => [
            'kind' => "IPv$one[family]",
            'address' => (string) $one['address'],
            'prefix' => "/$one[prefix]",
            'gateway' => (string) ($one['gateway'] ?? ''),
            'dns' => implode(', ', $one['dns'] ?? []),
            'name' => $names[$one['address']] ?? '',
        ];

        return [
            'addresses' => array_map($address, array_values($seen->shown['network'] ?? [])),
            'traffic' => TrafficTable::now($seen->shown['traffic'] ?? []),
        ];
    }
}
