<?php

declare(strict_types=1);

namespace Tests\Support;

use PHPUnit\Framework\TestCase;
use WHMCS\Database\Capsule;

/** A test on a whole WHMCS host with the real library, against the simulator. */
abstract class StackTestCase extends TestCase
{
    private const SCALE = '0.02';

    protected Stack $stack;
    protected Simulator $simulator;

    protected function setUp(): void
    {
        if (Simulator::binary() === null || !RealCore::exists()) {
            self::markTestSkipped('needs the library (PROXMOXKVM_LIBRARY) and the simulator (PVESIM)');
        }
    }

    /** @param list<string> $arguments of the simulator */
    protected function start(Stack $stack, array $arguments = []): void
    {
        $this->stack = $stack;
        $this->simulator = new Simulator((string) Simulator::binary(), ['--scale', self::SCALE, ...$arguments]);
    }

    /**
     * An order that WHMCS has not run yet, for a VM with two addresses.
     *
     * @param array<string, string> $options of the product
     */
    protected function order(array $options = [], int $client = 1): int
    {
        $whmcs = $this->stack->whmcs;
        $server = Capsule::table('tblservers')->value('id') ?? $whmcs->server($this->simulator->serverEntry());
        $product = Capsule::table('tblproducts')->value('id') ?? $whmcs->product($options + [
            'target_node' => 'pve1',
            'os_template' => (string) $this->simulator->about['template'],
            'cpu_cores' => '2',
            'ram' => '2',
            'system_disk' => '8',
            'system_disk_limits' => '100/80/1000/800',
            'additional_disk' => '4',
            'network_rate' => '50',
            'firewall' => 'on with anti-spoofing',
            'firewall_rules' => 'IN ACCEPT -p tcp -dport 22',
            'main_domain' => 'example.net',
        ]);
        $service = $whmcs->service((int) $product, (int) $server, ['userid' => $client]);
        $whmcs->configurableOption($service, 'IPv4 Addresses', 2);

        return $service;
    }

    /** What Proxmox VE shows of a service's VM, looked at through the store. @return array<string, mixed> */
    protected function machine(int $service, string $what = 'config'): array
    {
        $stored = $this->stored($service);

        return $this->simulator->pve()->get("/nodes/{$stored['node']}/qemu/{$stored['vmid']}/$what");
    }

    /** @return array<string, mixed> what the core has stored of a service */
    protected function stored(int $service): array
    {
        $environment = RealCore::environment() + $this->stack->whmcs->environment();

        return Php::call('show', ['service' => $service], $environment)['service'];
    }

    /** @return list<string> */
    protected static function mails(): array
    {
        return Capsule::table('tblemails')->orderBy('id')->pluck('subject')->all();
    }
}
