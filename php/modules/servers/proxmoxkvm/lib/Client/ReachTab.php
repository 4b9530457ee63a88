<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Asker;

/** Why the machine is not reached: one button, one sentence, and all that was looked at. */
final class ReachTab extends Tab
{
    private const TEXTS = [
        'reach', 'reach_help', 'reach_ask', 'reach_port', 'reach_port_help', 'reach_from', 'reach_screen',
    ];

    public static function isThere(Seen $seen): bool
    {
        return $seen->service() !== [] && $seen->has('reachability');
    }

    public static function of(Seen $seen): array
    {
        return [
            'text' => Lang::named('client_', self::TEXTS) + [
                'reach_from_help' => Lang::text('client_reach_from_help', ['from' => Asker::ip()]),
            ],
            'found' => ClientReach::answered() ?? [],
            'screen' => $seen->has('screenshot'),
        ];
    }
}
