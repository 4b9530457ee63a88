<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

use Throwable;
use WHMCS\Authentication\CurrentUser;
use WHMCS\Database\Capsule;

/**
 * Who has opened a console: a user of the customer's account, or an admin. A word says it, which another process
 * understands hours later, when they may have lost what they had.
 */
final class Opener
{
    /** What WHMCS calls the permission to see an account's products. */
    private const PRODUCTS = '/\bproducts\b/';

    /** @return string empty where WHMCS does not say who it is: then nobody is asked about again */
    public static function user(int $client): string
    {
        try {
            $id = (int) ((new CurrentUser())->user()->id ?? 0);

            return self::isUser($id, $client) ? "user:$id" : '';
        } catch (Throwable) {
            return '';
        }
    }

    /** The same of an admin. */
    public static function admin(): string
    {
        $id = $_SESSION['adminid'] ?? 0;
        try {
            return is_numeric($id) && self::isAdmin((int) $id) ? "admin:$id" : '';
        } catch (Throwable) {
            return '';
        }
    }

    /** Whether they have it still. */
    public static function stays(string $opener, int $client): bool
    {
        [$kind, $id] = explode(':', "$opener:");

        return match ($kind) {
            'user' => self::isUser((int) $id, $client),
            'admin' => self::isAdmin((int) $id),
            default => true,
        };
    }

    private static function isUser(int $id, int $client): bool
    {
        $row = Capsule::table('tblusers_clients')->where('auth_user_id', $id)->where('client_id', $client)->first();

        return $row !== null
            && ((int) $row->owner === 1 || preg_match(self::PRODUCTS, (string) $row->permissions) === 1);
    }

    private static function isAdmin(int $id): bool
    {
        $row = Capsule::table('tbladmins')->where('id', $id)->first();

        return $row !== null && (int) ($row->disabled ?? 0) === 0;
    }
}
