<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Service\Orphans;
use WHMCS\Module\Server\Proxmoxkvm\Support\Csv;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;

/** Where store, WHMCS and Proxmox VE disagree, as a table: differences of package and VM, and orphans, among them. */
final class AgreementTable
{
    private const TITLES = ['server', 'service', 'vmid', 'code', 'message'];

    /** @return int as Agreement's: 0 all agree, 1 something does not, 2 a server entry could not be checked */
    public static function alone(): int
    {
        $code = 0;
        echo Csv::line(self::TITLES);
        try {
            StoreOwner::mustBeUs(StoreLocation::current());
            $checked = [];
            foreach (Capsule::table('tblservers')->where('type', Module::NAME)->orderBy('id')->get() as $server) {
                $code = max($code, self::tell($server));
                $checked[] = (int) $server->id;
            }
            foreach (Orphans::all() as $orphan) {
                if (!in_array((int) $orphan['server'], $checked, true)) {
                    $code = max($code, 1);
                    echo Csv::line(['', $orphan['service'], '', 'orphan', $orphan['message']]);
                }
            }
        } catch (Throwable $error) {
            $code = 2;
            echo Csv::line(['', '', '', 'error', Forbidden::sentence($error)]);
        }

        return $code;
    }

    private static function tell(object $server): int
    {
        try {
            $findings = Agreement::of($server, false)['findings'] ?? [];
        } catch (Throwable $error) {
            echo Csv::line([$server->name, '', '', 'error', Forbidden::sentence($error)]);

            return 2;
        }
        foreach ($findings as $finding) {
            echo Csv::line([
                $server->name, $finding['service'] ?? '', $finding['vmid'] ?? '', $finding['code'] ?? '',
                $finding['message'] ?? '',
            ]);
        }

        return $findings === [] ? 0 : 1;
    }
}
