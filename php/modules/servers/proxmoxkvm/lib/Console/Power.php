<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** What a console's page can do about its machine: on, off, again. */
final class Power
{
    /**
     * @param list<array<string, mixed>> $actions as the core lists them
     * @return list<array<string, mixed>>
     */
    public static function of(array $actions): array
    {
        $isPower = static fn (array $action): bool => $action['group'] === 'power';

        return array_map(static fn (array $action): array => [
            'name' => $action['name'],
            'label' => Lang::word("action_{$action['name']}", (string) $action['name']),
            'sure' => $action['sure'] === 'no' ? '' : Lang::text("action_{$action['name']}_sure"),
            'ticked' => $action['sure'] === 'ticked',
        ], array_values(array_filter($actions, $isPower)));
    }
}
