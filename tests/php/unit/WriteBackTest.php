<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

final class WriteBackTest extends StubTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
    }

    public function testCreateWritesThroughTheModelAndAcknowledges(): void
    {
        $this->replyTo('create', ['write_backs' => [$this->writeBack()]]);
        self::assertSame('success', Dispatcher::run('create', $this->service));
        $this->assertWritten();
        self::assertSame([['service' => $this->service, 'version' => 3]], $this->requests('written_back'));
    }

    public function testWithoutAModelItGoesThroughTheApi(): void
    {
        $this->replyTo('create', ['write_backs' => [$this->writeBack()]]);
        $params = ParamsBuilder::service($this->service);
        unset($params['model']);
        self::assertSame('success', proxmoxkvm_CreateAccount($params));
        $this->assertWritten();
    }

    public function testAddressesAreClearedADomainAndAMissingFieldAreLeftAlone(): void
    {
        Capsule::table('tblhosting')->where('id', $this->service)
            ->update(['domain' => 'keep.example.net', 'dedicatedip' => '192.0.2.9', 'assignedips' => '192.0.2.8']);
        $this->replyTo('due', ['write_backs' => [
            ['service' => $this->service, 'version' => 4, 'domain' => '', 'dedicated_ip' => '', 'assigned_ips' => []],
        ]]);
        Dispatcher::cron();

        $row = $this->whmcs->row($this->service);
        self::assertSame(['keep.example.net', '', ''], [$row->domain, $row->dedicatedip, $row->assignedips]);
    }

    public function testAnInterruptedOneIsFinishedByTheCron(): void
    {
        // The page died between the core's reply and its writing: the core repeats the write-back.
        $this->replyTo('due', ['write_backs' => [$this->writeBack()]]);
        Dispatcher::cron();
        $this->assertWritten();
        self::assertSame([['service' => $this->service, 'version' => 3]], $this->requests('written_back'));
    }

    public function testAFailedOneDoesNotTurnAFinishedCreateIntoAFailure(): void
    {
        $this->replyTo('create', ['write_backs' => [$this->writeBack()]]);
        $this->replyTo('written_back', ['ok' => false, 'code' => 'store', 'message' => 'The store is read-only.']);
        self::assertSame('success', Dispatcher::run('create', $this->service));
        $this->assertWritten();
    }

    public function testOneOfADeletedServiceIsAcknowledgedToo(): void
    {
        $this->replyTo('due', ['write_backs' => [['service' => 999] + $this->writeBack(), $this->writeBack()]]);
        Dispatcher::cron();
        $this->assertWritten();
        self::assertSame([999, $this->service], array_column($this->requests('written_back'), 'service'));
    }

    /** @return array<string, mixed> */
    private function writeBack(): array
    {
        return [
            'service' => $this->service,
            'version' => 3,
            'domain' => '1-7.example.net',
            'username' => 'root',
            'dedicated_ip' => '192.0.2.10',
            'assigned_ips' => ['192.0.2.11', '2001:db8::5'],
        ];
    }

    private function assertWritten(): void
    {
        $row = $this->whmcs->row($this->service);
        self::assertSame('1-7.example.net', $row->domain);
        self::assertSame('root', $row->username);
        self::assertSame('192.0.2.10', $row->dedicatedip);
        self::assertSame("192.0.2.11\n2001:db8::5", $row->assignedips);
    }
}
