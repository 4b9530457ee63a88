<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Csv;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** Every service with the addresses that it has, beside the number that was sold: what differs can be filtered. */
final class LeaseLines
{
    private const AT_ONCE = 1000;
    private const TITLES = [
        'service', 'client', 'product', 'whmcs_status', 'local_status', 'server', 'node', 'vmid', 'domain',
        'ipv4_sold', 'ipv4_leased', 'ipv6_sold', 'ipv6_leased', 'differs', 'addresses',
    ];

    /** @return iterable<string> */
    public static function all(): iterable
    {
        yield Csv::line(self::TITLES);
        $offset = 0;
        do {
            $reply = Native::call('overview', ['limit' => self::AT_ONCE, 'offset' => $offset]);
            $services = $reply['services'] ?? [];
            $whmcs = self::whmcs(array_map(intval(...), array_column($services, 'id')));
            foreach ($services as $service) {
                yield self::line($service, $whmcs[(int) ($service['id'] ?? 0)] ?? null);
            }
            $offset += self::AT_ONCE;
        } while ($services !== [] && $offset < (int) ($reply['total'] ?? 0));
    }

    /** @param array<string, mixed> $service */
    private static function line(array $service, ?object $row): string
    {
        $addresses = array_map(strval(...), (array) ($service['addresses'] ?? []));
        $six = count(array_filter($addresses, static fn (string $one): bool => str_contains($one, ':')));
        $four = count($addresses) - $six;
        $isGone = ($service['status'] ?? '') === 'removed';
        $sold = $isGone ? ['ipv4' => 0, 'ipv6' => 0] : $service['sold'] ?? ['ipv4' => 0, 'ipv6' => 0];
        $plain = static fn (string $field): string => Text::plain((string) ($row->$field ?? ''));

        return Csv::line([
            $service['id'] ?? '', trim($plain('firstname') . ' ' . $plain('lastname')), $plain('product'),
            $plain('domainstatus'), $service['status'] ?? '', $service['server_id'] ?? '', $service['node'] ?? '',
            $service['vmid'] ?? '', $service['domain'] ?? '', $sold['ipv4'], $four, $sold['ipv6'], $six,
            [$sold['ipv4'], $sold['ipv6']] === [$four, $six] ? 'no' : 'yes', implode(' ', $addresses),
        ]);
    }

    /**
     * @param list<int> $ids
     * @return array<int, object> by service
     */
    private static function whmcs(array $ids): array
    {
        return Capsule::table('tblhosting')
            ->leftJoin('tblclients', 'tblclients.id', '=', 'tblhosting.userid')
            ->leftJoin('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')
            ->whereIn('tblhosting.id', $ids)
            ->get(['tblhosting.id', 'tblhosting.domainstatus', 'tblclients.firstname', 'tblclients.lastname',
                'tblproducts.name as product'])
            ->keyBy('id')->all();
    }
}
