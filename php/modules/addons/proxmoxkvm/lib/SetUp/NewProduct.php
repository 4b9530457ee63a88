<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\SetUp;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * A product of WHMCS on a server: set up by itself, and hidden and free until its hoster gives it a price and shows it.
 * WHMCS's own command makes it; what that cannot make, a group of products and one of servers, is there or is made too.
 */
final class NewProduct
{
    /** WHMCS's word: as soon as the first payment is there. */
    public const AUTOMATICALLY = 'payment';

    private const GROUPS = 'tblproductgroups';

    /** @return array<int, string> WHMCS's groups of products: names by number */
    public static function groups(): array
    {
        return Capsule::table(self::GROUPS)->orderBy('id')->pluck('name', 'id')
            ->map(static fn (mixed $name): string => Text::plain((string) $name))->all();
    }

    /**
     * @param int $group of products; 0: a new one
     * @return int its number
     */
    public static function make(string $name, int $group, object $server): int
    {
        $answer = \localAPI('AddProduct', [
            'type' => 'server',
            'gid' => isset(self::groups()[$group]) ? $group : self::newGroup(),
            'name' => $name,
            'paytype' => 'free',
            'hidden' => true,
            'showdomainoptions' => false,
            'module' => Module::NAME,
            'servergroupid' => self::serverGroup($server),
            'autosetup' => self::AUTOMATICALLY,
        ]);
        $product = (int) ($answer['pid'] ?? 0);
        if (($answer['result'] ?? '') !== 'success' || $product === 0) {
            $why = (string) ($answer['message'] ?? '');
            throw new Unavailable(Lang::text('setup_product_failed', ['why' => $why === '' ? '?' : $why]));
        }

        return $product;
    }

    private static function newGroup(): int
    {
        $now = date('Y-m-d H:i:s');
        $row = ['name' => Lang::ofSystem('setup_group'), 'slug' => 'virtual-servers', 'headline' => '', 'tagline' => '',
            'orderfrmtpl' => '', 'disabledgateways' => '', 'hidden' => 0, 'order' => 0, 'created_at' => $now,
            'updated_at' => $now];

        return (int) Capsule::table(self::GROUPS)->insertGetId(self::known(self::GROUPS, $row));
    }

    private static function serverGroup(object $server): int
    {
        $group = Capsule::table('tblservergroupsrel')->where('serverid', $server->id)->value('groupid');
        if ($group !== null) {
            return (int) $group;
        }
        $row = self::known('tblservergroups', ['name' => 'Proxmox VE', 'filltype' => 1]);
        $group = (int) Capsule::table('tblservergroups')->insertGetId($row);
        Capsule::table('tblservergroupsrel')->insert(['groupid' => $group, 'serverid' => $server->id]);

        return $group;
    }

    /**
     * Versions of WHMCS differ in the columns that they have.
     *
     * @param array<string, int|string> $row
     * @return array<string, int|string>
     */
    private static function known(string $table, array $row): array
    {
        return array_intersect_key($row, array_flip(Capsule::schema()->getColumnListing($table)));
    }
}
