<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;

/** The addon module as the rest of the admin area knows it: its pages, and whose roles may enter them. */
final class AddonRoles
{
    /** Whether the admin who looks may see the addon's pages. Not where it is not active. */
    public static function mayEnter(): bool
    {
        $roles = (string) Capsule::table('tbladdonmodules')
            ->where('module', Module::NAME)
            ->where('setting', 'access')
            ->value('value');
        $role = Capsule::table('tbladmins')->where('id', (int) ($_SESSION['adminid'] ?? 0))->value('roleid');

        return $role !== null && in_array((string) $role, array_map('trim', explode(',', $roles)), true);
    }

    /**
     * From any page of the admin area.
     *
     * @param array<string, int|string> $query
     */
    public static function link(string $page, array $query = []): string
    {
        return 'addonmodules.php?' . http_build_query(['module' => Module::NAME, 'page' => $page] + $query);
    }
}
