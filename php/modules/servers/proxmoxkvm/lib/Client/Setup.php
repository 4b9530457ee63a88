<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** How far a machine is that is being set up: the four phases that a customer sees. */
final class Setup
{
    private const PHASES = ['preparing', 'installing', 'configuring', 'starting'];

    /** @return array<string, mixed> */
    public static function of(Seen $seen): array
    {
        $at = (int) array_search(self::phase($seen->service()), self::PHASES, true);
        $phases = [];
        foreach (self::PHASES as $index => $name) {
            $phases[] = [
                'label' => Lang::text("client_phase_$name"),
                'is' => $index < $at ? 'done' : ($index === $at ? 'now' : 'later'),
            ];
        }

        return ['phases' => $phases];
    }

    /** @param array<string, mixed> $service as the core shows it */
    private static function phase(array $service): string
    {
        return match ($service['progress']['next'] ?? 'set_ip') {
            'set_ip' => 'preparing',
            'clone', 'set_cpu_ram' => 'installing',
            'ready' => 'starting',
            default => 'configuring',
        };
    }
}
