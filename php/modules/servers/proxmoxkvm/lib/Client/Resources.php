<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** What a package gives a client: a configurable option wins over the product's own setting. */
final class Resources
{
    /** What of the machine's use now stands beside a resource: a value of ClientLive. */
    private const LIVE = ['cpu_cores' => 'cpu', 'ram' => 'memory'];

    private const BITS = 8;
    private const THOUSAND = 1000;

    /**
     * @param array{options: list<string>, config_options: object} $package
     * @return list<array{label: string, value: string, live: string}> a 0 (none, unlimited, as in the template) is not
     * shown
     */
    public static function of(array $package): array
    {
        $chosen = array_change_key_case(array_map('strval', (array) $package['config_options']));
        $shown = [];
        foreach (array_filter(Catalogue::fields(), static fn (array $option): bool => $option['resource']) as $option) {
            $value = $package['options'][$option['field'] - 1] ?? '';
            foreach (['name', 'short'] as $name) {
                $ordered = trim($chosen[strtolower((string) $option['ordered'][$name])] ?? '');
                $value = $ordered === '' ? $value : $ordered;
            }
            $value = trim($value);
            if ((float) $value > 0) {
                $shown[] = [
                    'label' => Lang::text("resource_$option[key]"),
                    // A rate may have a unit of its own, such as Mbit/s.
                    'value' => is_numeric($value) ? self::value($option['key'], (float) $value) : $value,
                    'live' => self::LIVE[$option['key']] ?? '',
                ];
            }
        }

        return $shown;
    }

    /** Rates are sold in bits, whatever Proxmox VE counts in. */
    private static function value(string $key, float $value): string
    {
        if ($key !== 'network_rate') {
            return Lang::text("resource_{$key}_value", ['n' => Locale::number($value, 2)]);
        }
        $megabits = self::BITS * $value;

        return $megabits < self::THOUSAND
            ? Lang::text('resource_network_rate_value', ['n' => Locale::number($megabits, 2)])
            : Lang::text('client_gigabits', ['n' => Locale::number($megabits / self::THOUSAND, 2)]);
    }
}
