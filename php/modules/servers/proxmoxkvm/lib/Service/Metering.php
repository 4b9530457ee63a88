<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/** What the machines of a server have used: once an hour the core asks Proxmox VE, for whoever wants to know. */
final class Metering
{
    private const MAX_AGE_SECONDS = 3600;
    private const MIB = 1 << 20;
    private const IN_USE = ['Active', 'Suspended'];

    /**
     * @param array<string, mixed> $server as the core takes it
     * @return list<array<string, mixed>> what each service has used; the traffic is that of this month
     */
    public static function ofServer(array $server): array
    {
        $reply = Native::call('usage_update', [
            'server' => $server,
            'max_age_s' => self::MAX_AGE_SECONDS,
            // By WHMCS's clocks months begin: it puts down under its own whatever it is told.
            'utc_offset_s' => (int) date('Z'),
        ]);
        if (isset($reply['error'])) {
            $shown = ['server' => $server['id'] ?? 0];
            Log::call('usage_update', $shown, (string) $reply['error'], Secrets::of(['server' => $server]));
        }

        return $reply['services'] ?? [];
    }

    /**
     * WHMCS's daily update, of which it draws *Resource Usage* for the client. Nothing is claimed where nothing is
     * known: what is used inside of a disk Proxmox VE does not say. Of traffic that counts which is sold. A service
     * that has ended uses nothing.
     *
     * @param array<string, mixed> $params
     */
    public static function update(array $params): void
    {
        try {
            foreach (self::ofServer((new Params($params))->server()) as $used) {
                if (!in_array(Services::status((int) $used['service']), self::IN_USE, true)) {
                    continue;
                }
                Services::update((int) $used['service'], [
                    'diskusage' => '0',
                    'disklimit' => '0',
                    'bwusage' => (string) intdiv((int) $used['counted'], self::MIB),
                    'bwlimit' => (string) intdiv((int) $used['quota_bytes'], self::MIB),
                    'lastupdate' => date('Y-m-d H:i:s'),
                ]);
            }
        } catch (Throwable $error) {
            Problem::log('usage_update', [], $error);
        }
    }

    /**
     * The cron's part: the counters of a machine end with its process, so somebody has to look now and then. The core
     * does it beside its other work.
     *
     * @param list<int> $ids those that nobody has looked at for an hour
     * @return list<array<string, mixed>> their server entries, as the core takes them
     */
    public static function servers(array $ids): array
    {
        $servers = [];
        foreach ($ids === [] ? [] : Capsule::table('tblservers')->whereIn('id', $ids)->get() as $row) {
            try {
                $servers[] = Params::fromServer($row)->server();
            } catch (Throwable $error) {
                Problem::log('cron', ['server' => $row->id], $error);
            }
        }

        return $servers;
    }
}
