<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The address lines of all server entries that orders may go to, without their logins. */
final class Pools
{
    /** @return list<array{id: int, name: string, assigned_ips: string}> */
    public static function all(): array
    {
        return Capsule::table('tblservers')
            ->where('type', Module::NAME)
            ->where('disabled', 0)
            ->orderBy('id')
            ->get(['id', 'name', 'assignedips'])
            ->map(static fn (object $row): array => [
                'id' => (int) $row->id,
                'name' => Text::plain((string) $row->name) ?: "#$row->id",
                'assigned_ips' => Text::plain((string) $row->assignedips),
            ])
            ->all();
    }
}
