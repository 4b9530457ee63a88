<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Http;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/**
 * Whether an admin may change something. That the admin may see the pages at all has been decided by WHMCS,
 * by the access control of addon modules.
 */
final class Access
{
    /** Setting of the module: who may see and not change. */
    public const LOOK_ONLY = 'look_only';

    /** The role that WHMCS brings along, which may do everything. */
    private const FULL_ADMINISTRATOR = 1;

    /** Throws unless a form of ours was sent, by an admin whose role may do more than look. */
    public static function mayChange(Request $request): void
    {
        self::mustBeOurs($request);
        if (self::mayOnlyLook($request)) {
            throw new Refused(Lang::text('addon_may_only_look'));
        }
    }

    /** Throws unless a form of ours was sent. */
    public static function mustBeOurs(Request $request): void
    {
        $token = Visitor::token();
        $known = $token !== '' && hash_equals($token, $request->sent('token'));
        // WHMCS's own check ends the request when it does not like the form.
        if (!$known || (function_exists('check_token') && \check_token('WHMCS.admin.default') === false)) {
            throw new Refused(Lang::text('addon_token'));
        }
    }

    public static function mayOnlyLook(Request $request): bool
    {
        return self::looksOnly($request->setting(self::LOOK_ONLY));
    }

    /** @return list<string> what the setting names and no role of WHMCS is called */
    public static function unknownRoles(Request $request): array
    {
        return self::named($request->setting(self::LOOK_ONLY))[1];
    }

    private static function looksOnly(string $setting): bool
    {
        [$roles, $unknown] = self::named($setting);
        if ($roles === [] && $unknown === []) {
            return false;
        }
        $role = Capsule::table('tbladmins')->where('id', (int) ($_SESSION['adminid'] ?? 0))->value('roleid');

        // Whose role is not known may not do more than the least. Whom an unknown name means may be anybody but a full
        // administrator, who may change the setting itself.
        return $role === null || in_array((int) $role, $roles, true)
            || ($unknown !== [] && (int) $role !== self::FULL_ADMINISTRATOR);
    }

    /**
     * Which roles the setting names. A name may hold commas: of the roles of WHMCS the longest one that fits counts.
     *
     * @return array{list<int>, list<string>} their ids, and what is the name of none
     */
    private static function named(string $setting): array
    {
        $names = Capsule::table('tbladminroles')->pluck('name', 'id')->map(self::folded(...))->all();
        $parts = explode(',', $setting);
        [$roles, $unknown] = [[], []];
        for ($at = 0; $at < count($parts); $at += $length) {
            for ($length = count($parts) - $at; $length > 1; $length--) {
                if (in_array(self::folded(implode(',', array_slice($parts, $at, $length))), $names, true)) {
                    break;
                }
            }
            $name = implode(',', array_slice($parts, $at, $length));
            $found = array_keys($names, self::folded($name), true);
            array_push($roles, ...array_map(intval(...), $found));
            if ($found === [] && self::folded($name) !== '') {
                $unknown[] = trim($name);
            }
        }

        return [$roles, $unknown];
    }

    private static function folded(string $name): string
    {
        $plain = html_entity_decode($name, ENT_QUOTES | ENT_HTML5);

        return mb_strtolower(trim((string) preg_replace(['/\s+/u', '/ ?, ?/'], [' ', ','], $plain)));
    }
}
