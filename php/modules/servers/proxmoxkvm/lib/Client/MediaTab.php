<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Service\Isos;
use WHMCS\Module\Server\Proxmoxkvm\Service\Rescue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** ISOs inserted, booted from and ejected; into rescue mode, and out of it. */
final class MediaTab extends Tab
{
    private const TEXTS = [
        'rescue', 'rescue_help', 'rescue_login_keys', 'rescue_login_password', 'rescue_uefi',
        'isos', 'isos_help', 'isos_none', 'isos_inserted', 'isos_pending', 'isos_once',
    ];

    private const INSERT = 'iso_insert';

    public static function isThere(Seen $seen): bool
    {
        return $seen->service() !== [] && ($seen->has('rescue_start') || $seen->has(self::INSERT));
    }

    public static function of(Seen $seen): array
    {
        $buttons = array_column(ClientActions::ofGroup($seen->shown, 'media'), null, 'name');

        return [
            'text' => Lang::named('client_', self::TEXTS),
            'start' => $buttons['rescue_start'] ?? null,
            'leave' => $buttons['rescue_leave'] ?? null,
            'insert' => $buttons[self::INSERT] ?? null,
            'boot' => $buttons['iso_boot'] ?? null,
            'eject' => $buttons['iso_eject'] ?? null,
        ];
    }

    public static function live(Seen $seen): array
    {
        $rescue = Rescue::line($seen->service());
        $sold = ['since' => $rescue, 'is_out' => $rescue === ''];
        if (isset($seen->shown['permissions']) && !$seen->has(self::INSERT)) {
            return $sold;
        }
        return $sold + self::asked(
            'isos',
            'client_isos_failed',
            static fn (): array => Isos::of($seen->looked('isos'))
        );
    }
}
