<?php

declare(strict_types=1);

namespace Tests\Core;

use Illuminate\Database\Schema\Blueprint;
use Tests\Support\CoreTestCase;
use Tests\Support\RealCore;
use WHMCS\Database\Capsule;

/**
 * import.php, on a database filled as the documentation of the PUQ Proxmox KVM module describes it: its VM record
 * with `vm_status`, the addresses in WHMCS's own row, its pools by the fields of their form, address lines in the
 * server entry.
 */
final class ImportTest extends CoreTestCase
{
    private const MACHINES = 'puqProxmoxKVM_vm_info';

    /** @var array<string, int> of theirs */
    private array $old;

    /** @var array<string, int> of ours */
    private array $new;

    protected function setUp(): void
    {
        parent::setUp();
        $this->table(self::MACHINES, ['service_id', 'vm_id', 'vm_status', 'vm_last_action_log']);
        $entry = ['assignedips' => ''] + $this->simulator->serverEntry();
        $this->new = ['server' => $this->whmcs->server($entry), 'product' => $this->whmcs->product([
            'os_template' => (string) $this->simulator->about['template'],
        ])];
        $lines = "{$this->simulator->about['bridge']}|0|192.0.2.70|24|192.0.2.1|192.0.2.53\n";
        $this->old = [
            'server' => $this->whmcs->server(['type' => 'puqProxmoxKVM', 'assignedips' => $lines] + $entry),
            'product' => Capsule::table('tblproducts')
                ->insertGetId(['name' => 'KVM', 'servertype' => 'puqProxmoxKVM']),
        ];
        $this->table('puq_proxmox_kvm_ip_pools', ['server_id', 'type', 'bridge', 'vlan', 'gateway', 'mask', 'dns1',
            'dns2', 'address_start', 'address_stop']);
        Capsule::table('puq_proxmox_kvm_ip_pools')->insert([
            'server_id' => $this->old['server'], 'type' => 'ipv4', 'bridge' => $this->simulator->about['bridge'],
            'vlan' => 0, 'gateway' => '192.0.2.1', 'mask' => '24', 'dns1' => '192.0.2.53', 'dns2' => '',
            'address_start' => '192.0.2.71', 'address_stop' => '192.0.2.90',
        ]);
    }

    public function testADryRunTellsAndChangesNothing(): void
    {
        [$service, $vmid] = $this->machine('192.0.2.71');
        $before = [$this->whmcs->row($service), $this->config($vmid), $this->entry()];
        $said = $this->import(0);
        self::assertStringContainsString("service $service (Active): VM $vmid on node pve1, addresses 192.0.2.71:"
            . " would be bound, with product {$this->new['product']} and server {$this->new['server']}", $said);
        self::assertStringContainsString('|192.0.2.71-192.0.2.90|24|192.0.2.1|192.0.2.53', $said);
        self::assertStringContainsString('Nothing was changed.', $said);
        self::assertEquals($before, [$this->whmcs->row($service), $this->config($vmid), $this->entry()]);
    }

    public function testServicesAreBoundWithTheirAddressesAndMayBeBoundAgain(): void
    {
        [$pool, $first] = $this->machine('192.0.2.71', ['assignedips' => '192.0.2.72']);
        [$line, $second] = $this->machine('192.0.2.70', ['domainstatus' => 'Suspended']);
        [$ended] = $this->machine('192.0.2.80', ['domainstatus' => 'Terminated'], 'remove');
        $configs = [$this->config($first), $this->config($second)];
        $this->import(0, ['--apply']);

        foreach ([$pool => [$first, ['192.0.2.71', '192.0.2.72']], $line => [$second, ['192.0.2.70']]] as $id => $own) {
            $stored = $this->stored($id);
            self::assertSame(['ready', $own[0], $own[1]], [$stored['status'], $stored['vmid'], $stored['addresses']]);
            $row = $this->whmcs->row($id);
            self::assertEquals([$this->new['product'], $this->new['server']], [$row->packageid, $row->server]);
            self::assertSame($own[1][0], $row->dedicatedip);
        }
        self::assertTrue($this->stored($line)['suspended']);
        self::assertFalse($this->stored($pool)['suspended']);
        self::assertEquals($this->old['product'], $this->whmcs->row($ended)->packageid);
        foreach ([$first, $second] as $index => $vmid) {
            $changed = array_keys(array_diff_assoc($this->config($vmid), $configs[$index]));
            self::assertSame(['description'], array_values(array_diff($changed, ['digest'])), 'nothing but the marker');
        }
        $settled = [$this->config($first), $this->entry()];
        $again = $this->import(0, ['--apply']);
        self::assertStringContainsString("service $pool (Active): VM $first is bound", $again);
        self::assertSame($settled, [$this->config($first), $this->entry()]);
    }

    public function testWhatDoesNotFitIsLeftAloneAndSaid(): void
    {
        [$busy] = $this->machine('192.0.2.71', [], 'cp_stop');
        [$other, $vmid] = $this->machine('192.0.2.72');
        $this->simulator->control('config', ['vmid' => $vmid, 'key' => 'ipconfig0', 'value' => 'ip=198.51.100.9/24']);
        [$gone] = $this->machine('192.0.2.73');
        Capsule::table(self::MACHINES)->where('service_id', $gone)->update(['vm_id' => 99999]);
        [$good, $fine] = $this->machine('192.0.2.74');
        $said = $this->import(1, ['--apply']);
        self::assertStringContainsString('still at work on it (cp_stop)', $said);
        self::assertStringContainsString("VM $vmid has the addresses 198.51.100.9, WHMCS says 192.0.2.72", $said);
        self::assertStringContainsString('there is no VM 99999', $said);
        self::assertStringNotContainsString('proxmoxkvm-owner', $this->config($vmid)['description'] ?? '');
        self::assertEquals($this->old['product'], $this->whmcs->row($busy)->packageid);
        self::assertEquals($this->old['product'], $this->whmcs->row($other)->packageid);
        self::assertSame($fine, $this->stored($good)['vmid']);
    }

    public function testColumnsThatNobodyDocumentedAreNamedByTheAdmin(): void
    {
        [$service, $vmid] = $this->machine('192.0.2.71');
        Capsule::schema()->rename(self::MACHINES, 'copied');
        $this->table(self::MACHINES, ['whose', 'number', 'vm_status']);
        Capsule::table(self::MACHINES)->insert(['whose' => $service, 'number' => $vmid, 'vm_status' => 'ready']);
        self::assertStringContainsString('(it has: id, whose, number, vm_status)', $this->import(2));
        self::assertStringContainsString("VM $vmid on node pve1", $this->import(0, ['--columns=whose,number']));
        self::assertStringContainsString('--aply is not understood', $this->import(2, ['--aply']));
        Capsule::schema()->drop(self::MACHINES);
        self::assertStringContainsString('no table puqProxmoxKVM_vm_info', $this->import(2));
    }

    /**
     * A service of theirs and its VM.
     *
     * @param array<string, string> $columns of tblhosting
     * @return array{int, int} service, VM
     */
    private function machine(string $address, array $columns = [], string $status = 'ready'): array
    {
        static $vmid = 500;
        $vmid++;
        $pve = $this->simulator->pve();
        $task = $pve->request('POST', '/nodes/pve1/qemu', [
            'vmid' => (string) $vmid, 'name' => "kvm$vmid", 'ipconfig0' => "ip=$address/24,gw=192.0.2.1",
        ]);
        $this->ended($task);
        $service = $this->whmcs->service($this->old['product'], $this->old['server'], $columns + [
            'dedicatedip' => $address, 'domainstatus' => 'Active',
        ]);
        Capsule::table(self::MACHINES)
            ->insert(['service_id' => $service, 'vm_id' => $vmid, 'vm_status' => $status]);

        return [$service, $vmid];
    }

    /** @return array<string, mixed> */
    private function config(int $vmid): array
    {
        return $this->simulator->pve()->get("/nodes/pve1/qemu/$vmid/config");
    }

    private function entry(): string
    {
        return (string) Capsule::table('tblservers')->where('id', $this->new['server'])->value('assignedips');
    }

    /** @param list<string> $columns */
    private function table(string $name, array $columns): void
    {
        Capsule::schema()->create($name, static function (Blueprint $table) use ($columns): void {
            $table->increments('id');
            foreach ($columns as $column) {
                $table->text($column)->nullable();
            }
        });
    }

    /** @param list<string> $arguments @return string what it printed */
    private function import(int $status, array $arguments = []): string
    {
        $map = ["--product={$this->old['product']}:{$this->new['product']}",
            "--server={$this->old['server']}:{$this->new['server']}"];

        $import = $this->whmcs->script('import.php', [...$map, ...$arguments], RealCore::environment());
        $said = $import->output();
        self::assertSame($status, $import->status(), $said);

        return $said;
    }
}
