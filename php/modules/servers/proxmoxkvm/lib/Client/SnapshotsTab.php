<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\Schedules;
use WHMCS\Module\Server\Proxmoxkvm\Service\Snapshots;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The snapshots of the machine: one more, back to one, one less; with what is lost by it. */
final class SnapshotsTab extends Tab
{
    private const TEXTS = [
        'snapshots', 'snapshots_help', 'snapshots_ram', 'snapshots_more_disks', 'snapshots_none', 'snapshot_name',
        'snapshot_more',
        'schedule', 'schedule_help', 'schedule_days', 'schedule_hour',
    ];

    public static function isThere(Seen $seen): bool
    {
        return $seen->service() !== [] && $seen->lets('snapshots');
    }

    public static function of(Seen $seen): array
    {
        $buttons = array_column(ClientActions::ofGroup($seen->shown, 'snapshots'), null, 'name');

        return [
            'text' => Lang::named('client_', self::TEXTS),
            'take' => $buttons['snapshot_take'] ?? null,
            'rollback' => $buttons['snapshot_rollback'] ?? null,
            'delete' => $buttons['snapshot_delete'] ?? null,
            'schedule' => $buttons['snapshot_schedule'] ?? null,
            'chosen' => Schedules::chosen($seen->service()['choices']['snapshots'] ?? null),
            'days' => Schedules::days('snapshot_schedule'),
            'hours' => Schedules::hours('snapshot_schedule'),
            'longest' => ActionInputs::most('snapshot_take', 'label'),
        ];
    }

    public static function live(Seen $seen): array
    {
        return self::asked(
            'snapshots',
            'client_snapshots_failed',
            static fn (): array => Snapshots::of($seen->looked('snapshots'))
        );
    }
}
