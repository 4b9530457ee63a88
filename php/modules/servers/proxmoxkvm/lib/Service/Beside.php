<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** The second VM of a service as pages show it, from the core's answer. Plain text. */
final class Beside
{
    /**
     * @param array<string, mixed>|null $beside
     * @return array<string, mixed> what it is, whether it runs, and until when it is kept; empty where there is none
     */
    public static function of(?array $beside): array
    {
        $at = isset($beside['backup_at']) ? Locale::moment((float) $beside['backup_at']) : '?';
        $runs = $beside['runs'] ?? null;

        return [
            'beside' => match ($beside['stage'] ?? '') {
                'asked' => Lang::text('client_beside_asked'),
                'restored' => Lang::text('client_beside_restored', ['at' => $at]),
                'former' => Lang::text('client_beside_former'),
                default => '',
            },
            'beside_power' => match ($runs) {
                true => Lang::text('client_beside_runs'),
                false => Lang::text('client_beside_is_off'),
                default => '',
            },
            'beside_ends' => isset($beside['ends_at'])
                ? Lang::text('client_beside_ends', ['at' => Locale::moment((float) $beside['ends_at'])]) : '',
            'beside_runs' => $runs === true,
            'beside_off' => $runs === false,
        ];
    }
}
