<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use WHMCS\Database\Capsule;

/** What WHMCS does not put into `$params` about a server entry. */
final class Servers
{
    /**
     * The box "Assigned IP Addresses". A connection test may come without the id of the entry: then the
     * entry with this host name or address is meant.
     */
    public static function addressLines(int $serverId, string $hostname, string $ip): string
    {
        [$column, $value] = match (true) {
            $serverId > 0 => ['id', $serverId],
            $hostname !== '' => ['hostname', $hostname],
            default => ['ipaddress', $ip],
        };
        if ($value === '') {
            return '';
        }

        return (string) Capsule::table('tblservers')
            ->where('type', Module::NAME)
            ->where($column, $value)
            ->orderBy('id')
            ->value('assignedips');
    }
}
