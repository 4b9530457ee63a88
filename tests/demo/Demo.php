<?php

declare(strict_types=1);

namespace Demo;

use RuntimeException;
use StandIn\Dispatcher;
use Tests\Support\Installation;
use WHMCS\Module\Server\Proxmoxkvm\Native;

/** Plays WHMCS: an admin tests the server, a client orders, the cron comes by until the VM is ready. */
final class Demo
{
    private int $service;
    private float $start;

    public function __construct(
        private Target $target,
        private Installation $whmcs,
        private int $limitSeconds,
        private bool $cleanUp,
        private bool $wholeLife
    ) {
    }

    /** @return bool is the VM ready? */
    public function run(string $reportFile): bool
    {
        $this->say($this->target->title());
        $this->order();
        $this->create();
        $this->cronUntilReady();

        $seconds = microtime(true) - $this->start;
        $shown = Native::call('show', ['service' => $this->service, 'actor' => 'admin', 'activity' => 50]);
        $lines = array_merge(...array_column($shown['activity'], 'lines'));
        $report = new Report($lines, $this->start);
        $this->show($shown['service'], $report, $seconds);
        $result = [
            'final_status' => $shown['service']['status'],
            'statuses' => $report->statuses,
            'requests' => ['by_kind' => (object) $report->requests['by_kind']] + $report->requests,
            'vmid' => $shown['service']['vmid'],
            'address' => $shown['service']['addresses'][0] ?? null,
            'seconds' => round($seconds, 3),
        ];
        $this->write($reportFile, $result);
        if ($shown['service']['status'] === 'ready' && $this->wholeLife) {
            $this->say("\nThe life after that:");
            $life = new Life($this->target->pve(), $this->service);
            $life->play();
            $this->write($reportFile, $result + ['life' => $life->played]);
        } elseif ($this->cleanUp) {
            $this->remove($shown['service']);
        }

        return $shown['service']['status'] === 'ready';
    }

    /** @param array<string, mixed> $result */
    private function write(string $file, array $result): void
    {
        $flags = JSON_THROW_ON_ERROR | JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES;
        file_put_contents($file, json_encode($result, $flags) . "\n");
    }

    private function order(): void
    {
        $server = $this->whmcs->server($this->target->serverEntry());
        $options = PackageEnv::options(
            getenv(),
            ['os_template' => $this->target->template()]
                + ($this->target->isReal ? PackageEnv::REAL : PackageEnv::SIMULATED)
        );
        $this->service = $this->whmcs->service($this->whmcs->product($options), $server);

        $test = Dispatcher::testConnection($server);
        $this->say('Test Connection: ' . ($test['success'] ? 'success' : 'failed') . ' ' . self::plain($test['error']));
        if (!$test['success']) {
            throw new RuntimeException('the connection test failed');
        }
    }

    private function create(): void
    {
        $this->start = microtime(true);
        $result = Dispatcher::run('create', $this->service);
        $this->say(sprintf('CreateAccount: %s (%d ms)', self::plain($result), $this->elapsed()));
        if ($result !== 'success') {
            throw new RuntimeException('CreateAccount failed');
        }
    }

    private function cronUntilReady(): void
    {
        for ($run = 1; $this->elapsed() < $this->limitSeconds * 1000; $run++) {
            $this->say("Cron run $run");
            Dispatcher::cron();
            $service = Native::call('show', ['service' => $this->service])['service'];
            if ($service['status'] === 'ready') {
                return;
            }
            if (isset($service['error']['message'])) {
                $this->say('  ' . $service['error']['message']);
            }
            if (($service['error']['retry'] ?? true) === false) {
                return;
            }
            // WHMCS comes by every five minutes; nobody wants to watch that.
            sleep(1);
        }
    }

    /** @param array<string, mixed> $service */
    private function show(array $service, Report $report, float $seconds): void
    {
        $this->say("\nLocal status, ms since CreateAccount:");
        foreach ($report->statuses as [$status, $ms]) {
            $this->say(sprintf('  %8d  %s', $ms, $status));
        }
        $row = $this->whmcs->row($this->service);
        $this->say(sprintf(
            "\n%s after %.1f s: VMID %s on %s; in WHMCS: domain %s, user %s, address %s",
            $service['status'],
            $seconds,
            $service['vmid'] ?? '-',
            $service['node'] ?? '-',
            $row->domain ?: '-',
            $row->username ?: '-',
            $row->dedicatedip ?: '-'
        ));
        if (isset($service['vmid'], $service['node'])) {
            $this->say("\nConfiguration in Proxmox VE:");
            $config = $this->target->pve()->get("/nodes/{$service['node']}/qemu/{$service['vmid']}/config");
            ksort($config);
            foreach ($config as $key => $value) {
                $this->say("  $key: " . str_replace("\n", ' ', (string) $value));
            }
        }
        $requests = $report->requests;
        $this->say("\nRequests to Proxmox VE: {$requests['total']}, of them {$requests['polls']} to wait for a task,"
            . " {$requests['rules']} for firewall rules");
        foreach ($requests['by_kind'] as $kind => $count) {
            $this->say(sprintf('  %4d  %s', $count, $kind));
        }
    }

    /** @param array<string, mixed> $service */
    private function remove(array $service): void
    {
        $result = Dispatcher::run('terminate', $this->service);
        for ($run = 1; $result !== 'success' && $run <= 3; $run++) {
            Dispatcher::cron();
            $result = Dispatcher::run('terminate', $this->service);
        }
        $this->say("\nTerminate: " . self::plain($result));
        $left = array_filter(
            $this->target->pve()->machines(),
            static fn (array $vm): bool => (int) $vm['vmid'] === (int) $service['vmid']
        );
        $this->say($left === [] ? 'The VM is gone.' : "VM {$service['vmid']} is still there.");
    }

    private function elapsed(): int
    {
        return (int) round((microtime(true) - $this->start) * 1000);
    }

    private static function plain(string $html): string
    {
        return html_entity_decode($html, ENT_QUOTES);
    }

    private function say(string $line): void
    {
        echo $line, PHP_EOL;
    }
}
