<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\AddonRoles;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Asker;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderIdentity;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;

/** Services that WHMCS does not have any more, or no server entry of: their VMs, numbers and addresses are nobody's. */
final class Orphans
{
    private const SHOWN = 20;

    /**
     * WHMCS has deleted a service: it terminates nothing, and says so to nobody. Throws nothing.
     *
     * @param array<string, mixed> $vars of the hook
     */
    public static function deleted(array $vars): void
    {
        $service = (new Params($vars))->serviceId();
        try {
            if ((Native::call('deleted', ['service' => $service])['orphaned'] ?? false) === true) {
                Log::activity(Language::forStaff(
                    static fn (): string => Lang::text('orphan_deleted', ['service' => (string) $service])
                ));
            }
        } catch (Throwable $error) {
            Problem::log('deleted', ['service' => ['id' => $service]], $error);
        }
    }

    /** Once a day: a client or an order that is deleted takes its services along. Throws nothing. */
    public static function daily(): void
    {
        try {
            self::all();
        } catch (Throwable $error) {
            Problem::log('orphans', [], $error);
        }
    }

    /** @return list<array{service: int, server: int, message: string}> */
    public static function all(): array
    {
        $services = Capsule::table('tblhosting')->pluck('id')->all();
        $servers = Capsule::table('tblservers')->where('type', Module::NAME)->pluck('id')->all();

        return Native::call('orphans', ['services' => $services, 'servers' => $servers])['orphans'] ?? [];
    }

    /**
     * Gives back what a service held whose VM is gone. The core looks at Proxmox VE where the server entry is still
     * there, and refuses what WHMCS has.
     */
    public static function forget(int $service): void
    {
        try {
            $stored = Native::call('show', ['service' => $service])['service'] ?? [];
        } catch (CoreError $error) {
            // The core's own sentence says to create it.
            throw $error->reason !== 'unknown_service' ? $error
                : new Unavailable(Lang::text('orphan_unknown', ['service' => (string) $service]));
        }
        $server = Capsule::table('tblservers')->where('type', Module::NAME)->where('id', $stored['server_id'] ?? 0)
            ->first();
        $request = ['service' => $service] + OrderIdentity::part($service) + Asker::part('admin', 0)
            + ($server === null ? [] : ['server' => Params::fromServer($server)->server()]);
        $reply = Native::call('forget', $request);
        Log::call('forget', ['service' => $service], $reply, Secrets::of($request));
        Log::activity(Lang::text('orphan_forgotten', ['service' => (string) $service]));
    }

    /** For the doctor. @return list<Finding> */
    public static function findings(): array
    {
        $subject = Lang::text('doctor_services');
        $findings = [];
        foreach (array_slice(self::all(), 0, self::SHOWN) as $orphan) {
            $findings[] = Finding::warning($subject, (string) $orphan['message'])
                ->mendedAt(AddonRoles::link('service', ['id' => (int) $orphan['service']]));
        }
        $attention = (int) (Native::call('overview', ['attention' => true, 'limit' => 1])['total'] ?? 0);
        $findings[] = $attention === 0
            ? Finding::good($subject, Lang::text('addon_all_well'))
            : Finding::warning($subject, Lang::text('doctor_attention', [
                'count' => (string) $attention,
                'page' => Lang::text('addon_attention'),
            ]))->mendedAt(AddonRoles::link('attention'));

        return $findings;
    }
}
