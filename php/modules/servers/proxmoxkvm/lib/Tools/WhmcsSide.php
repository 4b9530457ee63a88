<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderIdentity;

/** What WHMCS shows of its services, for the comparison with the store. */
final class WhmcsSide
{
    /** @return list<int> of any server entry and module: what is on another one is not deleted */
    public static function all(): array
    {
        return Capsule::table('tblhosting')->orderBy('id')->pluck('id')->map(intval(...))->all();
    }

    /** @return list<array<string, mixed>> what WHMCS shows of the services on an entry */
    public static function services(int $serverId): array
    {
        return Capsule::table('tblhosting')
            ->leftJoin('tblorders', 'tblorders.id', '=', 'tblhosting.orderid')
            ->join('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')
            ->where('tblproducts.servertype', Module::NAME)
            ->where('tblhosting.server', $serverId)
            ->orderBy('tblhosting.id')
            ->get([
                'tblhosting.id', 'tblhosting.userid', 'tblhosting.orderid', 'tblhosting.regdate', 'tblorders.ordernum',
                'domainstatus', 'domain', 'dedicatedip', 'assignedips',
            ])
            ->map(static fn (object $row): array => [
                'id' => (int) $row->id,
                'status' => $row->domainstatus,
                'domain' => $row->domain,
                'dedicated_ip' => $row->dedicatedip,
                'assigned_ips' => $row->assignedips,
                'order' => OrderIdentity::ofRow($row),
            ])
            ->all();
    }
}
