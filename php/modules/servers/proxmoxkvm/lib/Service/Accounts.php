<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Service\Status;

/** The VMs of a server entry as accounts, for WHMCS's Server Sync. */
final class Accounts
{
    /** So many services are looked up at once. */
    private const AT_ONCE = 500;

    /**
     * Throws nothing.
     *
     * @param array<string, mixed> $params of the server entry
     * @return array{success: bool, accounts?: list<array<string, string>>, error?: string}
     */
    public static function list(array $params): array
    {
        $request = [];
        try {
            $request = ['server' => (new Params($params))->server()];
            $accounts = [];
            foreach (array_chunk(Native::call('accounts', $request)['accounts'] ?? [], self::AT_ONCE) as $some) {
                array_push($accounts, ...self::rows($some));
            }

            return ['success' => true, 'accounts' => $accounts];
        } catch (Throwable $error) {
            return ['success' => false, 'error' => Secrets::of($request)->mask(Forbidden::sentence($error))];
        }
    }

    /**
     * @param list<array<string, mixed>> $accounts of the core
     * @return list<array<string, string>>
     */
    private static function rows(array $accounts): array
    {
        $whmcs = Capsule::table('tblhosting')
            ->leftJoin('tblclients', 'tblclients.id', '=', 'tblhosting.userid')
            ->leftJoin('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')
            ->whereIn('tblhosting.id', array_column($accounts, 'service'))
            ->get([
                'tblhosting.id', 'tblhosting.username', 'tblhosting.domain', 'tblhosting.regdate', 'tblclients.email',
                'tblproducts.configoption2 as template',
            ])
            ->keyBy('id');
        $rows = [];
        foreach ($accounts as $account) {
            $row = $whmcs[(int) $account['service']] ?? null;
            // One that waits to be built has no name yet but that which WHMCS has.
            $domain = (string) ($account['domain'] ?? $account['name'] ?? $row->domain ?? '');
            // Server Sync writes what it is told over what WHMCS has.
            $created = strtotime((string) ($row->regdate ?? '')) ?: (int) ($account['since'] ?? 0);
            $rows[] = [
                'email' => Text::plain((string) ($row->email ?? '')),
                'username' => Text::plain((string) ($row->username ?? '')),
                'domain' => $domain,
                'uniqueIdentifier' => $domain,
                'product' => Text::plain((string) ($row->template ?? '')),
                'primaryip' => (string) ($account['address'] ?? ''),
                'created' => date('Y-m-d H:i:s', $created),
                'status' => ($account['suspended'] ?? false) === true ? Status::SUSPENDED : Status::ACTIVE,
            ];
        }

        return $rows;
    }
}
