<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The machine made anew: which operating systems there are, what is lost, and the form that asks for it. */
final class RebuildTab extends Tab
{
    private const ACTION = 'reinstall';
    private const TEXTS = [
        'rebuild', 'rebuild_help', 'rebuild_current', 'rebuild_ordered', 'rebuild_upgrade', 'rebuild_keeps',
        'rebuild_type', 'rebuild_price', 'rebuild_cheaper', 'rebuild_keys', 'rebuild_keys_help',
        'rebuild_application', 'rebuild_application_help',
        'rebuild_user_data', 'rebuild_user_data_help',
        'rebuild_password', 'rebuild_password_new', 'rebuild_password_help',
    ];

    public static function isThere(Seen $seen): bool
    {
        return $seen->has(self::ACTION);
    }

    public static function of(Seen $seen): array
    {
        $keys = $seen->lets('ssh_keys') ? KeysTab::keys($seen, false) : [];
        $systems = $seen->shown['systems'] ?? [];
        $groups = [];
        foreach ($systems as $system) {
            $groups[(string) $system['group']][] = $system;
        }
        $buttons = array_column(ClientActions::ofGroup($seen->shown, 'rebuild'), null, 'name');

        return [
            'text' => Lang::named('client_', self::TEXTS),
            'groups' => $groups,
            // What was ordered can be had although it is offered no more.
            'has_ordered' => in_array(true, array_column($systems, 'ordered'), true),
            'has_dearer' => in_array(true, array_column($systems, 'dearer'), true),
            'has_cheaper' => in_array(true, array_column($systems, 'cheaper'), true),
            'upgrade' => "upgrade.php?type=configoptions&id={$seen->whmcs->serviceId()}",
            'applications' => self::applications($seen->shown['applications'] ?? []),
            'keys' => $keys['rows'] ?? [],
            'user_data' => $seen->lets('user_data'),
            'longest' => ActionInputs::most(self::ACTION, 'user_data'),
            'password' => ClientPassword::isAllowed($seen->shown),
            'icons' => Asset::url('systems.svg'),
            'button' => $buttons[self::ACTION] ?? [],
        ];
    }

    /**
     * @param list<array<string, mixed>> $offered of the core
     * @return list<array<string, mixed>> none first; nothing where there is nothing to choose
     */
    private static function applications(array $offered): array
    {
        $none = [
            'name' => 'none',
            'label' => Lang::text('client_rebuild_application_none'),
            'current' => !in_array(true, array_column($offered, 'current'), true),
        ];

        return $offered === [] ? [] : [$none, ...$offered];
    }

    public static function live(Seen $seen): array
    {
        $lost = $seen->shown['losses'] ?? null;

        return [
            'first' => ($lost['backup_first'] ?? false) === true ? Lang::text('client_rebuild_backup_first') : '',
            'lost' => $lost === null ? Lang::text('client_rebuild_lost') : Lang::text('client_rebuild_lost_all', [
                'disks' => (string) (int) $lost['disks'],
                'snapshots' => (string) (int) $lost['snapshots'],
            ]),
        ];
    }
}
