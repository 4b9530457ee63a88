<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** What the machine uses now. Empty where it is not known. */
final class ClientLive
{
    private const GIB = 1 << 30;

    /**
     * @param array<string, mixed> $shown the core's answer
     * @return array{cpu: string, cpu_share: int, memory: string, memory_share: int} shares in percent
     */
    public static function of(array $shown): array
    {
        $live = $shown['live'] ?? [];
        $runs = ($live['status'] ?? '') === 'running';
        $cpu = $runs && is_numeric($live['cpu'] ?? null) ? (float) $live['cpu'] : null;
        $memory = $runs && is_numeric($live['memory'] ?? null) ? (float) $live['memory'] : null;
        $total = is_numeric($live['memory_max'] ?? null) ? (float) $live['memory_max'] : 0.0;

        return [
            'cpu' => $cpu === null ? '' : Locale::percent($cpu, 1),
            'cpu_share' => (int) round(100 * ($cpu ?? 0)),
            'memory' => $memory === null || $total <= 0 ? '' : Lang::text('client_memory_value', [
                'used' => Locale::number($memory / self::GIB),
                'total' => Locale::number($total / self::GIB),
            ]),
            'memory_share' => $total <= 0 ? 0 : (int) round(100 * ($memory ?? 0) / $total),
        ];
    }
}
