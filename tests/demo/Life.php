<?php

declare(strict_types=1);

namespace Demo;

use RuntimeException;
use StandIn\Dispatcher;
use Tests\Support\Pve;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\Renewal;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;

/** What happens to a VM after it was ordered: suspension, payment, upgrade, reinstallation, backup and restore, the end. */
final class Life
{
    /** @var list<array{string, int}> what was done, and how many milliseconds it took */
    public array $played = [];

    public function __construct(private Pve $pve, private int $service)
    {
    }

    /** @throws RuntimeException where the VM is not as it should be */
    public function play(): void
    {
        $this->step('Suspend: the VM is stopped', function (): void {
            $this->whmcs('suspend');
            $this->expect($this->power() === 'stopped', 'the VM still runs');
        });
        $this->step('Unsuspend: it runs again', function (): void {
            $this->whmcs('unsuspend');
            $this->expect($this->power() === 'running', 'the VM does not run');
        });
        $this->step('Upgrade: 4 cores, 4 GB, 12 GB disk', function (): void {
            $this->package(['cpu_cores' => '4', 'ram' => '4', 'system_disk' => '12']);
            $this->whmcs('changepackage');
            $this->cron();
            $config = $this->config();
            $this->expect((int) $config['cores'] === 4 && (int) $config['memory'] === 4096, 'cores or memory are old');
            $this->expect(str_contains($config['scsi0'], 'size=12G'), 'the disk has its old size');
            $this->expect($this->power() === 'running', 'the VM does not run');
        });
        $this->step('Reinstall: same number, address and MAC', function (): void {
            $before = $this->config();
            $address = $this->shown()['addresses'];
            $this->button('Stop');
            $this->button('Reinstall');
            $this->cron();
            $after = $this->config();
            $mac = static fn (array $config): string => explode(',', $config['net0'])[0];
            $this->expect($mac($before) === $mac($after), 'the MAC is another one');
            $this->expect($before['smbios1'] !== $after['smbios1'], 'it is the old VM');
            $this->expect($address === $this->shown()['addresses'], 'the address is another one');
        });
        $this->step('Backup: made while the VM runs', function (): void {
            $this->package(['backup_storage' => 'local', 'more_settings' => 'backups = 2']);
            $this->act('backup_make', ['note' => 'before the next step']);
            $this->cron();
            $this->expect(array_column($this->backups(), 'note') === ['before the next step'], 'there is no backup');
            $this->expect($this->power() === 'running', 'the VM does not run');
        });
        $this->step('Restore: the VM is as it was in that backup', function (): void {
            $before = $this->config();
            $this->pve->request('PUT', $this->path() . '/config', ['cores' => '1']);
            $this->act('backup_restore', [
                'backup' => $this->backups()[0]['name'],
                'typed' => $this->shown()['name'],
            ]);
            $this->cron();
            $after = $this->config();
            foreach (['cores', 'net0', 'scsi0'] as $key) {
                $this->expect(($before[$key] ?? '') === ($after[$key] ?? ''), "$key is another one");
            }
            $this->expect($this->power() === 'running', 'the VM does not run');
        });
        $this->step('Terminate: nothing is left', function (): void {
            $vmid = $this->shown()['vmid'];
            $this->whmcs('terminate');
            $left = array_filter($this->pve->machines(), static fn (array $vm): bool => (int) $vm['vmid'] === $vmid);
            $this->expect($left === [] && $this->shown()['addresses'] === [], 'something is left');
        });
    }

    private function step(string $what, callable $do): void
    {
        $start = microtime(true);
        $do();
        $took = (int) round((microtime(true) - $start) * 1000);
        $this->played[] = [$what, $took];
        printf("  %6d ms  %s\n", $took, $what);
    }

    private function whmcs(string $command): void
    {
        $this->succeeded(Dispatcher::run($command, $this->service));
    }

    private function button(string $suffix): void
    {
        $this->succeeded(Dispatcher::button($this->service, $suffix));
    }

    /** @param array<string, string> $form as staff send it from the addon's page of the service */
    private function act(string $action, array $form): void
    {
        Renewal::perform($action, Orders::paramsOf($this->service), 'admin', ActionInputs::of($action, $form));
    }

    /** @return list<array<string, mixed>> the newest first */
    private function backups(): array
    {
        $params = Orders::paramsOf($this->service);
        $request = ['service' => $this->service, 'server' => $params->server(), 'package' => $params->package()];

        return Native::call('backups', $request + ['actor' => 'admin'])['backups'];
    }

    private function cron(): void
    {
        ob_start();
        Dispatcher::cron();
        ob_end_clean();
        $this->expect($this->shown()['status'] === 'ready', 'the service is ' . $this->shown()['status']);
    }

    private function succeeded(string $result): void
    {
        $this->expect($result === 'success', html_entity_decode($result, ENT_QUOTES));
    }

    private function expect(bool $holds, string $otherwise): void
    {
        if (!$holds) {
            throw new RuntimeException($otherwise);
        }
    }

    /** @param array<string, string> $options of the product, by key of the catalogue */
    private function package(array $options): void
    {
        $columns = [];
        foreach ($options as $key => $value) {
            $columns['configoption' . Catalogue::fields()[$key]['field']] = $value;
        }
        $product = Capsule::table('tblhosting')->where('id', $this->service)->value('packageid');
        Capsule::table('tblproducts')->where('id', $product)->update($columns);
    }

    /** @return array<string, mixed> */
    private function shown(): array
    {
        return Native::call('show', ['service' => $this->service])['service'];
    }

    private function power(): string
    {
        return $this->pve->get($this->path() . '/status/current')['status'];
    }

    /** @return array<string, string> */
    private function config(): array
    {
        return array_map('strval', $this->pve->get($this->path() . '/config'));
    }

    private function path(): string
    {
        $service = $this->shown();

        return "/nodes/{$service['node']}/qemu/{$service['vmid']}";
    }
}
