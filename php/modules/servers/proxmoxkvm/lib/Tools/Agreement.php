<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Orphans;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Outbox;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** Where the module's store, WHMCS and Proxmox VE disagree, server entry by server entry. */
final class Agreement
{
    /**
     * Called by check.php: a line for each disagreement.
     *
     * @param string $forget the number of a service; empty: none
     * @return int 0: all agree; 1: something does not; 2: a server entry could not be checked
     */
    public static function alone(bool $repair, string $forget = ''): int
    {
        $code = 0;
        try {
            StoreOwner::mustBeUs(StoreLocation::current());
            if ($forget !== '') {
                return self::forget($forget);
            }
            $servers = [];
            foreach (Capsule::table('tblservers')->where('type', Module::NAME)->orderBy('id')->get() as $server) {
                $code = max($code, self::tell($server, $repair));
                $servers[] = (int) $server->id;
            }
            $code = max($code, self::tellOrphans($servers));
        } catch (Throwable $error) {
            $code = 2;
            echo Module::NAME, ': ', Forbidden::sentence($error), PHP_EOL;
        }

        return $code;
    }

    private static function forget(string $service): int
    {
        Orphans::forget((int) $service);
        echo Lang::text('orphan_forgotten', ['service' => $service]), PHP_EOL;

        return 0;
    }

    /** @param list<int> $checked server entries that have told of theirs already */
    private static function tellOrphans(array $checked): int
    {
        $others = array_filter(
            Orphans::all(),
            static fn (array $orphan): bool => !in_array((int) $orphan['server'], $checked, true)
        );
        foreach ($others as $orphan) {
            echo '  ', $orphan['message'], PHP_EOL;
        }

        return $others === [] ? 0 : 1;
    }

    private static function tell(object $server, bool $repair): int
    {
        try {
            $reply = self::of($server, $repair);
        } catch (Throwable $error) {
            echo $server->name, ': ', Forbidden::sentence($error), PHP_EOL;

            return 2;
        }
        $findings = $reply['findings'] ?? [];
        echo $server->name, ': ', Lang::text('check_done', [
            'services' => (string) ($reply['checked'] ?? 0),
            'differences' => (string) count($findings),
        ]), PHP_EOL;
        foreach ($findings as $finding) {
            $repaired = $finding['repaired'] ? ' (' . Lang::text('check_repaired') . ')' : '';
            echo '  ', $finding['message'], $repaired, PHP_EOL;
        }

        return $findings === [] ? 0 : 1;
    }

    /** @return array<string, mixed> the core's reply */
    public static function of(object $server, bool $repair): array
    {
        $request = [
            'server' => Params::fromServer($server)->server(),
            'services' => WhmcsSide::services((int) $server->id),
            'all' => WhmcsSide::all(),
            'repair' => $repair,
        ];
        $reply = Native::call('check', $request);
        // One request reads VMs for a minute.
        for ($more = $reply; ($more['next'] ?? null) !== null;) {
            $more = Native::call('check', ['from' => $more['next'], 'services' => [], 'all' => []] + $request);
            array_push($reply['findings'], ...$more['findings'] ?? []);
            array_push($reply['outbox'], ...$more['outbox'] ?? []);
        }
        Outbox::deliver($reply['outbox']);

        return $reply;
    }
}
