<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What a client is told of the machine as it is now. Empty where it is not known. */
final class ClientLive
{
    private const GIB = 1 << 30;

    /**
     * @param array<string, mixed>|null $live as the core shows it
     * @return array{power: string, cpu: string, memory: string}
     */
    public static function of(?array $live): array
    {
        $power = (string) ($live['status'] ?? '');
        $runs = $power === 'running';
        $total = $live['memory_max'] ?? null;

        return [
            'power' => match (true) {
                $live === null => '',
                in_array($power, ['running', 'stopped'], true) => Lang::text("client_power_$power"),
                default => Lang::text('client_power_unknown'),
            },
            'cpu' => $runs && is_numeric($live['cpu'] ?? null) ? Text::percent($live['cpu']) . ' %' : '',
            'memory' => $runs && is_numeric($live['memory'] ?? null) && is_numeric($total)
                ? Lang::text('client_memory_value', [
                    'used' => (string) round((float) $live['memory'] / self::GIB, 2),
                    'total' => (string) round((float) $total / self::GIB, 2),
                ])
                : '',
        ];
    }
}
