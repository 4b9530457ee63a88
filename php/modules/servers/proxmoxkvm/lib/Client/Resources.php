<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** What a package gives a client: a configurable option wins over the product's own setting. */
final class Resources
{
    /**
     * @param array{options: list<string>, config_options: object} $package
     * @return list<array{label: string, value: string}> a 0 (none, unlimited, as in the template) is not shown
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
                // A rate may have a unit of its own, such as Mbit/s.
                $text = "resource_$option[key]";
                $shown[] = ['label' => Lang::text($text), 'value' => is_numeric($value)
                    ? Lang::text("{$text}_value", ['n' => $value])
                    : $value];
            }
        }

        return $shown;
    }
}
