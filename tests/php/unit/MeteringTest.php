<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;

/** What WHMCS is told of the use of machines. */
final class MeteringTest extends StubTestCase
{
    private int $server;

    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        Dispatcher::load();
        $this->server = $this->whmcs->server();
        $this->service = $this->whmcs->service(
            $this->whmcs->product(),
            $this->server,
            ['domainstatus' => 'Active']
        );
        $this->replyTo('usage_update', ['services' => [[
            'service' => $this->service,
            'domain' => '3-7.example.net',
            'month' => date('Y-m'),
            'bytes_in' => 5_000_000_000,
            'bytes_out' => 1_500_000_000,
            'counted' => 6_500_000_000,
            'quota_bytes' => 2_000_000_000_000,
            'memory_bytes' => 1 << 29,
            'memory_max_bytes' => 3 << 29,
            'disk_max_bytes' => 11 << 30,
        ]]]);
    }

    public function testTheDailyUpdateWritesMegabytesOfWhatIsSold(): void
    {
        proxmoxkvm_UsageUpdate(ParamsBuilder::server($this->server));
        $row = $this->whmcs->row($this->service);
        self::assertSame([0, 0, 6198, 1907348], [
            (int) $row->diskusage, (int) $row->disklimit, (int) $row->bwusage, (int) $row->bwlimit,
        ]);
        self::assertStringStartsWith(date('Y-m-d'), $row->lastupdate);
        self::assertSame([(int) date('Z')], array_column($this->requests('usage_update'), 'utc_offset_s'));
    }

    /** @dataProvider statuses */
    public function testWhatHasEndedUsesNothing(string $status, bool $isWritten): void
    {
        Capsule::table('tblhosting')->update(['domainstatus' => $status]);
        $before = $this->whmcs->row($this->service);
        proxmoxkvm_UsageUpdate(ParamsBuilder::server($this->server));
        self::assertSame($isWritten, $before != $this->whmcs->row($this->service));
    }

    /** @return iterable<string, array{string, bool}> */
    public function statuses(): iterable
    {
        foreach (['Active' => true, 'Suspended' => true] as $status => $isWritten) {
            yield $status => [$status, $isWritten];
        }
        foreach (['Pending', 'Terminated', 'Cancelled', 'Fraud', 'Completed'] as $status) {
            yield $status => [$status, false];
        }
    }

    public function testMetricsAreNamedWithoutAServerAndAskNobody(): void
    {
        $metrics = proxmoxkvm_MetricProvider([])->metrics();
        self::assertSame(['traffic_in', 'traffic_out', 'disk', 'memory'], array_column($metrics, 'name'));
        [$month, $now] = [MetricInterface::TYPE_PERIOD_MONTH, MetricInterface::TYPE_SNAPSHOT];
        self::assertSame([$month, $month, $now, $now], array_column($metrics, 'type'));
        self::assertSame([], $this->requests('usage_update'));
    }

    public function testATenantIsTheDomainOfAService(): void
    {
        $provider = proxmoxkvm_MetricProvider(ParamsBuilder::server($this->server));
        $used = static fn (array $metrics): array => array_map(static fn ($metric) => $metric->usage?->value, $metrics);
        self::assertSame(['3-7.example.net'], array_keys($provider->usage()));
        self::assertSame([5.0, 1.5, 11.0, 1.5], $used($provider->tenantUsage('3-7.example.net')));
        self::assertSame([null, null, null, null], $used($provider->tenantUsage('unknown.example.net')));
    }

    public function testACoreThatFailsBreaksNothing(): void
    {
        $this->replyTo('usage_update', ['ok' => false, 'code' => 'store', 'message' => 'x', 'retry' => true]);
        self::assertSame([], proxmoxkvm_MetricProvider(ParamsBuilder::server($this->server))->usage());
        proxmoxkvm_UsageUpdate(ParamsBuilder::server($this->server));
        proxmoxkvm_UsageUpdate([]);
        self::assertSame(0, (int) $this->whmcs->row($this->service)->bwusage);
    }

    public function testTheCronAsksForServersThatNobodyHasLookedAt(): void
    {
        Dispatcher::cron();
        self::assertSame([], $this->requests('cron'), 'nothing due, nothing asked');
        $this->replyTo('due', ['services' => [], 'usage_due' => [$this->server, 999]]);
        Dispatcher::cron();
        [$run] = $this->requests('cron');
        self::assertSame([$this->server], array_column($run['samples'], 'id'));
        self::assertNotSame('', $run['samples'][0]['password'], 'the core logs in');
        self::assertSame([], $this->requests('usage_update'), 'within the run, and nowhere else');
        self::assertSame(0, Capsule::table('tblactivitylog')->count());
    }
}
