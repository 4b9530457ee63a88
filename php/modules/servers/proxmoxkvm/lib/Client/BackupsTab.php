<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\Backups;
use WHMCS\Module\Server\Proxmoxkvm\Service\Schedules;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The backups of the machine: one more, one less, what each is called, and whether it is protected. */
final class BackupsTab extends Tab
{
    private const TEXTS = [
        'backups', 'backups_help', 'backups_stops', 'backups_none', 'backup_label', 'backup_more',
        'schedule', 'schedule_days', 'schedule_hour', 'restore_over', 'beside',
    ];

    public static function isThere(Seen $seen): bool
    {
        return $seen->service() !== [] && $seen->lets('backups');
    }

    public static function of(Seen $seen): array
    {
        $buttons = array_column(ClientActions::ofGroup($seen->shown, 'backups'), null, 'name');

        return [
            'text' => ['schedule_help' => Lang::text('client_backup_schedule_help')]
                + Lang::named('client_', self::TEXTS),
            'make' => $buttons['backup_make'] ?? null,
            'note' => $buttons['backup_note'] ?? null,
            'protect' => $buttons['backup_protect'] ?? null,
            'unprotect' => $buttons['backup_unprotect'] ?? null,
            'delete' => $buttons['backup_delete'] ?? null,
            'restore' => $buttons['backup_restore'] ?? null,
            'restore_beside' => $buttons['backup_restore_beside'] ?? null,
            'console' => $seen->has('console') ? ClientConsole::url($seen->whmcs->serviceId(), true) : '',
            'beside' => ClientActions::ofGroup($seen->shown, 'beside'),
            'schedule' => $buttons['backup_schedule'] ?? null,
            'chosen' => Schedules::chosen($seen->service()['choices']['backups'] ?? null),
            'days' => Schedules::days('backup_schedule'),
            'hours' => Schedules::hours('backup_schedule'),
            'longest' => ActionInputs::most('backup_make', 'note'),
        ];
    }

    public static function live(Seen $seen): array
    {
        return self::asked(
            'backups',
            'client_backups_failed',
            static fn (): array => Backups::of($seen->looked('backups'))
        );
    }
}
