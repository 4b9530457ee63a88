<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Core\LibraryInUse;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Service\Rescue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The module's fields on the admin's page of a service: the store's, and one look at Proxmox VE where it answers. */
final class AdminTab
{
    /**
     * Throws nothing.
     *
     * @param array<string, mixed> $params
     * @return array<string, string> label => HTML
     */
    public static function of(array $params): array
    {
        $whmcs = new Params($params);
        $request = [];
        try {
            $request = ['service' => $whmcs->serviceId()] + $whmcs->identity() + History::ASKED;
            if ($whmcs->serverId() > 0) {
                $request += ['server' => $whmcs->server(), 'package' => $whmcs->package()];
            }
            $shown = Native::call('show', $request);

            return self::fields($shown, $request['server'] ?? [], ChangePlan::html($whmcs, $shown));
        } catch (Throwable $error) {
            return $error instanceof CoreError && $error->reason === 'unknown_service'
                ? self::unknown($whmcs->serviceId())
                : [Lang::text('tab_status') => Problem::html($error, $request)];
        }
    }

    /**
     * @param array<string, mixed> $shown the core's answer: the store, and what Proxmox VE shows
     * @param array<string, mixed> $server entry
     * @param string $change what Change Package would do
     * @return array<string, string> label => HTML
     */
    private static function fields(array $shown, array $server, string $change): array
    {
        $service = $shown['service'] ?? [];
        $progress = Progress::of($service);
        $error = $service['error'] ?? null;

        return self::labelled([
            'doctor_library' => Text::html(LibraryInUse::outdated()),
            'tab_status' => StatusLine::html($service, $progress, $shown['live'] ?? null)
                . ProgressLine::html($progress, is_array($error)),
            'tab_rescue' => Text::html(Rescue::line($service)),
            'tab_error' => is_array($error) ? Advice::html($error) : '',
            'tab_task' => GuestLines::task($service['task'] ?? null),
            'tab_vm' => GuestLines::vm($service) . ' ' . GuestLinks::html($service, $server),
            'tab_live' => Live::html($shown),
            'tab_compare' => Comparison::html($shown),
            'tab_change' => $change,
            'tab_plan' => Plan::links((int) ($service['id'] ?? 0)),
            'tab_buttons' => ButtonList::html($shown['actions'] ?? []),
            'tab_domain' => Text::html((string) ($service['domain'] ?? '')),
            'tab_addresses' => implode('<br>', array_map(Text::html(...), $service['addresses'] ?? [])) ?: '-',
            'tab_dns' => DnsRecords::html($shown['dns'] ?? [], Zones::any()),
            'tab_reverse' => ReverseNames::html($shown),
            'tab_attach' => Attach::html((int) ($service['id'] ?? 0)),
            'tab_history' => History::html($shown['activity'] ?? [], (int) ($service['id'] ?? 0)),
        ]);
    }

    /**
     * A service that the core has not seen yet.
     *
     * @return array<string, string>
     */
    private static function unknown(int $serviceId): array
    {
        return self::labelled([
            'tab_status' => Text::html(Lang::text('not_created')),
            'tab_plan' => Plan::links($serviceId),
            'tab_attach' => Attach::html($serviceId),
        ]);
    }

    /**
     * @param array<string, string> $fields
     * @return array<string, string> those that have something to show
     */
    private static function labelled(array $fields): array
    {
        $labelled = [];
        foreach (array_filter($fields, static fn (string $html): bool => $html !== '') as $label => $html) {
            // WHMCS has no other place for it on this page.
            $labelled[Lang::text($label)] = $html . ($labelled === [] ? Asset::adminStyle() : '');
        }

        return $labelled;
    }
}
