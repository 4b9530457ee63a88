<?php

declare(strict_types=1);

namespace Tests\Support;

use PHPUnit\Framework\TestCase;
use WHMCS\Database\Capsule;

/** A test of the whole product: the real library, in processes of its own, against the simulator. */
abstract class CoreTestCase extends TestCase
{
    /** How much faster than a real one the simulated Proxmox VE works. */
    private const SCALE = '0.02';

    protected Installation $whmcs;
    protected Simulator $simulator;

    protected function setUp(): void
    {
        $binary = Simulator::binary();
        if ($binary === null || !RealCore::exists()) {
            self::markTestSkipped('needs the library (PROXMOXKVM_LIBRARY) and the simulator (PVESIM)');
        }
        $this->whmcs = new Installation();
        $this->simulator = new Simulator($binary, ['--scale', self::SCALE]);
    }

    /**
     * An order that WHMCS has not run yet.
     *
     * @param array<string, string> $options of the product
     */
    protected function order(array $options = [], ?int $port = null): int
    {
        $server = Capsule::table('tblservers')->value('id')
            ?? $this->whmcs->server($this->simulator->serverEntry($port));
        $product = Capsule::table('tblproducts')->value('id') ?? $this->whmcs->product($options + [
            'os_template' => (string) $this->simulator->about['template'],
            'cpu_cores' => '2',
            'ram' => '2',
            'system_disk' => '8',
            'system_disk_limits' => '100/80/1000/800',
            'additional_disk' => '4',
            'network_rate' => '50',
            'firewall' => 'on with anti-spoofing',
            'firewall_rules' => "IN ACCEPT -p tcp -dport 22\nIN ACCEPT -p icmp",
            'main_domain' => 'example.net',
        ]);

        return $this->whmcs->service((int) $product, (int) $server);
    }

    /** @return array<string, mixed> what the core has stored of a service */
    protected function stored(int $service): array
    {
        $environment = RealCore::environment() + $this->whmcs->environment();

        return Php::call('show', ['service' => $service], $environment)['service'];
    }

    /** One VM, one address, ready, and WHMCS knows. @return array<string, mixed> the service */
    protected function assertReady(int $service): array
    {
        $stored = $this->stored($service);
        self::assertSame('ready', $stored['status'], json_encode($stored['error']));
        self::assertCount(1, $stored['addresses']);
        $row = $this->whmcs->row($service);
        self::assertSame($stored['addresses'][0], $row->dedicatedip);
        self::assertSame($stored['domain'], $row->domain);
        self::assertSame('Active', $row->domainstatus);

        $own = array_filter(
            $this->simulator->pve()->machines(),
            static fn (array $vm): bool => $vm['name'] === $stored['name']
        );
        self::assertSame([$stored['vmid']], array_column($own, 'vmid'));
        self::assertSame('running', array_column($own, 'status')[0]);

        return $stored;
    }

    /** Waits for the end of a task of the simulated Proxmox VE. */
    protected function ended(string $task): void
    {
        for ($try = 0; $this->simulator->pve()->get("/nodes/pve1/tasks/$task/status")['status'] !== 'stopped'; $try++) {
            self::assertLessThan(500, $try, $task);
            usleep(20_000);
        }
    }
}
