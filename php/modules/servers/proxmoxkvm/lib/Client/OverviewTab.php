<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** How to log in, what the machine has and does, until when it is paid. */
final class OverviewTab extends Tab
{
    public const SCRIPTS = ['sparks.js', 'screen.js'];

    private const TEXTS = [
        'connect', 'resources', 'addresses', 'username', 'password', 'reset', 'reset_new', 'reset_again', 'reset_save',
        'no_password', 'last_hour', 'graph_cpu', 'graph_network', 'graph_disk', 'screen', 'screen_help',
        'screen_show', 'screen_fetching',
    ];

    public static function of(Seen $seen): array
    {
        return [
            'text' => Lang::named('client_', self::TEXTS),
            'password' => ClientPassword::forPage($seen->shown),
            'resources' => Resources::of($seen->shown),
            'sparks' => GraphsTab::isThere($seen),
            'screen' => $seen->has('screenshot'),
        ];
    }

    public static function live(Seen $seen): array
    {
        $service = $seen->service();
        $user = (string) ($service['username'] ?? '');
        $addresses = ClientReverse::names($seen->shown);

        $traffic = TrafficTable::now($seen->shown['traffic'] ?? []);

        return ClientLive::of($seen->shown) + [
            'traffic' => $traffic['now'],
            'traffic_share' => $traffic['percent'],
            'ssh' => Text::ssh($user, (string) ($addresses[0]['address'] ?? '')),
            'username' => $user,
            'addresses' => $addresses,
            'has_password' => $seen->status === 'Active' && $user !== '',
        ];
    }
}
