<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\ConfigurableOptions;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** What becomes of one service of the PUQ Proxmox KVM module: its VM is bound to it, or why not. */
final class ImportPlan
{
    private const GONE = ['Terminated', 'Cancelled', 'Fraud'];

    /**
     * @param int $product of this module, that the service is to have
     * @param object $server entry of this module
     * @param array<string, mixed> $guest as the core sees it
     */
    private function __construct(
        private object $service,
        private int $vmid,
        private int $product,
        private object $server,
        private array $guest,
        public readonly bool $isDone
    ) {
    }

    /**
     * @param array{service: int, vmid: int, status: string} $machine
     * @param array<int, int> $products new ones by old ones
     * @param array<int, int> $servers likewise
     * @return self|null null: a service that has ended
     * @throws Unavailable why it is not imported
     */
    public static function of(array $machine, array $products, array $servers): ?self
    {
        $service = Capsule::table('tblhosting')->where('id', $machine['service'])->first();
        $isKept = $service !== null && !in_array($service->domainstatus, self::GONE, true);
        if (!$isKept || $machine['status'] === 'remove') {
            return null;
        }
        if (!in_array($machine['status'], ['', 'ready'], true)) {
            throw new Unavailable(Lang::text('import_busy', ['status' => $machine['status']]));
        }
        $product = self::mapped('tblproducts', 'servertype', (int) $service->packageid, $products, 'import_product');
        $server = self::mapped('tblservers', 'type', (int) $service->server, $servers, 'import_server');
        if (self::boundTo((int) $service->id) === $machine['vmid']) {
            return new self($service, $machine['vmid'], (int) $product->id, $server, [], true);
        }
        $request = ['server' => Params::fromServer($server)->server(), 'what' => 'guests'];
        $guest = Native::call('list', $request + ['vmids' => [$machine['vmid']]])['guests'][0] ?? null;
        $plan = new self($service, $machine['vmid'], (int) $product->id, $server, $guest ?? [], false);
        $plan->mustFit();

        return $plan;
    }

    public function text(): string
    {
        return Lang::text($this->isDone ? 'import_done' : 'import_would', $this->values());
    }

    /** Binds, and then gives the service its new product and server. @return string what was done */
    public function apply(): string
    {
        if (!$this->isDone) {
            $product = self::mapped('tblproducts', 'servertype', $this->product, [], 'import_product');
            $id = (int) $this->service->id;
            $options = ConfigurableOptions::of($id, $this->product);
            $params = Params::fromRows($this->service, $product, $this->server, $options);
            Entry::perform('attach', $params, 'admin', [
                'vmid' => $this->vmid,
                'addresses' => $this->known(),
                'suspended' => $this->service->domainstatus === 'Suspended',
            ]);
        }
        // Also where an earlier run ended between the two.
        Capsule::table('tblhosting')->where('id', $this->service->id)
            ->update(['packageid' => $this->product, 'server' => $this->server->id]);

        return Lang::text('import_done', $this->values());
    }

    /** @return array<string, string> */
    private function values(): array
    {
        return [
            'service' => (string) $this->service->id,
            'vmid' => (string) $this->vmid,
            'node' => (string) ($this->guest['node'] ?? ''),
            'addresses' => implode(', ', $this->known() ?: $this->guest['addresses'] ?? []) ?: Lang::text('none'),
            'status' => (string) $this->service->domainstatus,
            'product' => (string) $this->product,
            'server' => (string) $this->server->id,
        ];
    }

    /** @throws Unavailable the VM is not there, is a template, or has other addresses than WHMCS says */
    private function mustFit(): void
    {
        if ($this->guest === [] || $this->guest['template'] === true) {
            throw new Unavailable(Lang::text('import_no_guest', $this->values()));
        }
        $there = array_map(inet_pton(...), $this->guest['addresses']);
        $known = array_map(inet_pton(...), $this->known());
        if ($there !== [] && $known !== [] && array_intersect($there, $known) === []) {
            $values = ['there' => implode(', ', $this->guest['addresses'])] + $this->values();
            throw new Unavailable(Lang::text('import_other_addresses', $values));
        }
    }

    /** @return list<string> the addresses that WHMCS shows of the service */
    private function known(): array
    {
        $texts = preg_split('/[\s,]+/', "{$this->service->dedicatedip}\n{$this->service->assignedips}") ?: [];
        $valid = array_filter($texts, static fn (string $ip): bool => filter_var($ip, FILTER_VALIDATE_IP) !== false);

        return array_values(array_unique($valid));
    }

    /** @param array<int, int> $map */
    private static function mapped(string $table, string $column, int $id, array $map, string $text): object
    {
        $row = Capsule::table($table)->where('id', $map[$id] ?? $id)->where($column, Module::NAME)->first();

        return $row ?? throw new Unavailable(Lang::text($text, ['id' => (string) $id]));
    }

    private static function boundTo(int $service): ?int
    {
        try {
            return Native::call('show', ['service' => $service])['service']['vmid'] ?? null;
        } catch (CoreError $error) {
            return $error->reason === 'unknown_service' ? null : throw $error;
        }
    }
}
