<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Product\PackageOptions;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** What a package gives a client: a configurable option wins over the product's own setting. */
final class Resources
{
    /** Text => the product's setting, names of the configurable option. */
    private const SHOWN = [
        'resource_cpu' => ['cpu_cores', ['cpu cores', 'cpu']],
        'resource_ram' => ['ram', ['ram (gb)', 'ram']],
        'resource_disk' => ['system_disk', ['system disk (gb)']],
        'resource_additional_disk' => ['additional_disk', ['additional disk (gb)']],
        'resource_network' => ['network_rate', ['network bandwidth']],
    ];

    /**
     * @param array{options: list<string>, config_options: object} $package
     * @return list<array{label: string, value: string}> a 0 (none, unlimited, as in the template) is not shown
     */
    public static function of(array $package): array
    {
        $chosen = array_change_key_case(array_map('strval', (array) $package['config_options']));
        $shown = [];
        foreach (self::SHOWN as $text => [$key, $names]) {
            $value = $package['options'][array_search($key, PackageOptions::keys(), true)] ?? '';
            foreach ($names as $name) {
                $value = trim($chosen[$name] ?? '') === '' ? $value : $chosen[$name];
            }
            $value = trim($value);
            if ((float) $value > 0) {
                // A rate may have a unit of its own, such as Mbit/s.
                $shown[] = ['label' => Lang::text($text), 'value' => is_numeric($value)
                    ? Lang::text("{$text}_value", ['n' => $value])
                    : $value];
            }
        }

        return $shown;
    }
}
