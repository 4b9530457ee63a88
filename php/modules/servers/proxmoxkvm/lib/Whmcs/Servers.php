<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Illuminate\Database\Query\Builder;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** WHMCS's server entries, and what it does not put into `$params` about them. */
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

    /**
     * The entry to ask for a product's lists: of a group the first one that is enabled, or else of all.
     *
     * @param int $groupId 0: the product's own
     */
    public static function forProduct(int $productId, int $groupId = 0): object
    {
        return self::allForProduct($productId, $groupId)[0] ?? throw new Unavailable(Lang::text('choice_no_server'));
    }

    /**
     * The entries that a service of a product may come to: the enabled ones of its group, or else of all.
     *
     * @param int $groupId 0: the product's own
     * @return list<object>
     */
    public static function allForProduct(int $productId, int $groupId = 0): array
    {
        return self::taking($productId, $groupId) ?: self::enabled()->get()->all();
    }

    /**
     * The entries that WHMCS would take for a new service of a product: where all of its group are disabled, none.
     *
     * @param int $groupId 0: the product's own
     * @return list<object>
     */
    public static function taking(int $productId, int $groupId = 0): array
    {
        $group = $groupId > 0
            ? $groupId
            : (int) Capsule::table('tblproducts')->where('id', $productId)->value('servergroup');
        $inGroup = Capsule::table('tblservergroupsrel')->where('groupid', $group)->pluck('serverid')->all();
        $enabled = self::enabled();

        return ($group > 0 ? $enabled->whereIn('id', $inGroup) : $enabled)->get()->all();
    }

    private static function enabled(): Builder
    {
        return Capsule::table('tblservers')->where('type', Module::NAME)->where('disabled', 0)->orderBy('id');
    }
}
