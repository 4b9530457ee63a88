<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * The tables of the PUQ Proxmox KVM module, as its public documentation describes them.
 *
 * It names the tables and `vm_status`, and says what else is in a row, but not the names of those columns: they are
 * recognised by obvious names, or given by the admin. What they lead to is checked at Proxmox VE.
 */
final class ImportTables
{
    public const MODULE = 'puqProxmoxKVM';
    private const MACHINES = 'puqProxmoxKVM_vm_info';
    private const ZONES = ['puq_proxmox_kvm_dns_zones', 'puq_customization_module_puq_proxmox_kvm_dns_zones'];

    /** Version 3 copies the older table into its own. */
    private const POOLS = ['puq_proxmox_kvm_ip_pools', 'puq_customization_module_puq_proxmox_kvm_ip_pools'];

    private const SERVICE = ['service_id', 'hosting_id', 'hostingid', 'relid'];
    private const VMID = ['vm_id', 'vmid'];

    /** Field of the pools' form => names of its column, in small letters without signs. */
    private const POOL = [
        'server' => ['server', 'serverid'],
        'bridge' => ['bridge'],
        'vlan' => ['vlan', 'vlantag'],
        'first' => ['addressstart', 'start', 'ipstart'],
        'last' => ['addressstop', 'stop', 'ipstop'],
        'mask' => ['mask', 'netmask'],
        'gateway' => ['gateway'],
        'dns1' => ['dns1'],
        'dns2' => ['dns2'],
    ];

    /**
     * @param list<string> $columns of the service's and the VM's number; empty: recognise them
     * @return list<array{service: int, vmid: int, status: string}>
     */
    public static function machines(array $columns): array
    {
        if (!Capsule::schema()->hasTable(self::MACHINES)) {
            throw new Unavailable(Lang::text('import_no_table', ['table' => self::MACHINES]));
        }
        $there = Capsule::schema()->getColumnListing(self::MACHINES);
        $service = array_values(array_intersect($columns === [] ? self::SERVICE : [$columns[0]], $there));
        $vmid = array_values(array_intersect($columns === [] ? self::VMID : [$columns[1] ?? ''], $there));
        if (count($service) !== 1 || count($vmid) !== 1) {
            $values = ['table' => self::MACHINES, 'columns' => implode(', ', $there)];
            throw new Unavailable(Lang::text('import_columns', $values));
        }
        $rows = Capsule::table(self::MACHINES)->orderBy($service[0])->get();

        return $rows->map(static fn (object $row): array => [
            'service' => (int) $row->{$service[0]},
            'vmid' => (int) $row->{$vmid[0]},
            'status' => (string) ($row->vm_status ?? ''),
        ])->all();
    }

    /** @return array<int, list<string>> address lines of its pools, by id of the server entry */
    public static function lines(): array
    {
        $lines = [];
        foreach (self::POOLS as $table) {
            $rows = Capsule::schema()->hasTable($table) ? Capsule::table($table)->orderBy('id')->get() : [];
            foreach ($rows as $row) {
                $pool = self::pool($table, (array) $row);
                $dns = implode(',', array_filter([$pool['dns1'], $pool['dns2']]));
                $range = $pool['first'] === $pool['last'] ? $pool['first'] : "{$pool['first']}-{$pool['last']}";
                $line = [$pool['bridge'], $pool['vlan'] ?: '0', $range, $pool['mask'], $pool['gateway'], $dns];
                $lines[(int) $pool['server']][] = implode('|', $line);
            }
            if (count($rows) > 0) {
                break;
            }
        }

        return $lines;
    }

    public static function hasZones(): bool
    {
        foreach (self::ZONES as $table) {
            if (Capsule::schema()->hasTable($table) && Capsule::table($table)->exists()) {
                return true;
            }
        }

        return false;
    }

    /**
     * @param array<string, mixed> $row
     * @return array<string, string>
     */
    private static function pool(string $table, array $row): array
    {
        $plain = [];
        foreach ($row as $column => $value) {
            $plain[(string) preg_replace('/[^a-z0-9]/', '', strtolower($column))] = trim((string) $value);
        }
        $pool = [];
        foreach (self::POOL as $field => $names) {
            $found = array_values(array_intersect($names, array_keys($plain)));
            if ($found === []) {
                $values = ['table' => $table, 'field' => $field];
                throw new Unavailable(Lang::text('import_pool_column', $values));
            }
            $pool[$field] = $plain[$found[0]];
        }

        return $pool;
    }
}
