<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Refused;
use WHMCS\Module\Server\Proxmoxkvm\Visitor;

/**
 * Whether an admin may change something. That the admin may see the pages at all has been decided by WHMCS,
 * by the access control of addon modules.
 */
final class Access
{
    /** Throws unless a form of ours was sent, by an admin whose role may do more than look. */
    public static function mayChange(Request $request): void
    {
        $token = Visitor::token();
        $known = $token !== '' && hash_equals($token, $request->sent('token'));
        // WHMCS's own check ends the request when it does not like the form.
        if (!$known || (function_exists('check_token') && \check_token('WHMCS.admin.default') === false)) {
            throw new Refused(Lang::text('addon_token'));
        }
        if (self::looksOnly($request->setting(Addon::LOOK_ONLY))) {
            throw new Refused(Lang::text('addon_may_only_look'));
        }
    }

    private static function looksOnly(string $roles): bool
    {
        $roles = array_filter(array_map(self::folded(...), explode(',', $roles)));
        if ($roles === []) {
            return false;
        }
        $role = Capsule::table('tbladmins')
            ->join('tbladminroles', 'tbladminroles.id', '=', 'tbladmins.roleid')
            ->where('tbladmins.id', (int) ($_SESSION['adminid'] ?? 0))
            ->value('tbladminroles.name');

        // Whose role is not known may not do more than the least.
        return $role === null || in_array(self::folded((string) $role), $roles, true);
    }

    private static function folded(string $name): string
    {
        return mb_strtolower(trim(html_entity_decode($name, ENT_QUOTES | ENT_HTML5)));
    }
}
