<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** What was sold to a client, in the units that it was sold in. */
final class Resources
{
    /** What of the machine's use now stands beside a resource: a value of ClientLive. */
    private const LIVE = ['cpu_cores' => 'cpu', 'ram' => 'memory', 'traffic_gb' => 'traffic'];

    /** A thousand of these is one of those. */
    private const LARGER = ['network_rate' => 'client_gigabits', 'traffic_gb' => 'size_tb'];
    private const THOUSAND = 1000;

    /**
     * @param array<string, mixed> $shown the core's answer: what there is none of, or no limit for, is not in it
     * @return list<array{label: string, value: string, live: string}>
     */
    public static function of(array $shown): array
    {
        return array_map(static fn (array $sold): array => [
            'label' => Lang::text("resource_$sold[key]"),
            'value' => self::value((string) $sold['key'], (float) $sold['number']),
            'live' => self::LIVE[$sold['key']] ?? '',
        ], array_values($shown['sold'] ?? []));
    }

    /** So much of it, in the unit that it was sold in. */
    public static function value(string $key, float $number): string
    {
        $larger = $number >= self::THOUSAND ? self::LARGER[$key] ?? null : null;

        return $larger === null
            ? Lang::text("resource_{$key}_value", ['n' => Locale::number($number, 2)])
            : Lang::text($larger, ['n' => Locale::number($number / self::THOUSAND, 2)]);
    }
}
