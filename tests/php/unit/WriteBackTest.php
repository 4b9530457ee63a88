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
        $this->replyTo('create', ['outbox' => [$this->writeBack()]]);
        self::assertSame('success', Dispatcher::run('create', $this->service));
        $this->assertWritten();
        self::assertSame([['id' => 3]], $this->requests('acknowledge'));
    }

    public function testWithoutAModelItGoesThroughTheApi(): void
    {
        $this->replyTo('create', ['outbox' => [$this->writeBack()]]);
        $params = ParamsBuilder::service($this->service);
        unset($params['model']);
        self::assertSame('success', proxmoxkvm_CreateAccount($params));
        $this->assertWritten();
    }

    public function testAddressesAreClearedADomainAndAMissingFieldAreLeftAlone(): void
    {
        Capsule::table('tblhosting')->where('id', $this->service)
            ->update(['domain' => 'keep.example.net', 'dedicatedip' => '192.0.2.9', 'assignedips' => '192.0.2.8']);
        $this->handedByCron(['outbox' => [
            ['domain' => '', 'dedicated_ip' => '', 'assigned_ips' => []] + $this->writeBack(),
        ]]);
        Dispatcher::cron();

        $row = $this->whmcs->row($this->service);
        self::assertSame(['keep.example.net', '', ''], [$row->domain, $row->dedicatedip, $row->assignedips]);
    }

    public function testAnInterruptedOneIsFinishedByTheCron(): void
    {
        // The page died between the core's reply and its writing: the core repeats the write-back.
        $this->handedByCron(['outbox' => [$this->writeBack()]]);
        Dispatcher::cron();
        $this->assertWritten();
        self::assertSame([['id' => 3]], $this->requests('acknowledge'));
    }

    public function testAFailedOneDoesNotTurnAFinishedCreateIntoAFailure(): void
    {
        $this->replyTo('create', ['outbox' => [$this->writeBack()]]);
        $this->replyTo('acknowledge', ['ok' => false, 'code' => 'store', 'message' => 'The store is read-only.']);
        self::assertSame('success', Dispatcher::run('create', $this->service));
        $this->assertWritten();
    }

    public function testOneOfADeletedServiceIsAcknowledgedToo(): void
    {
        $order = ['client_id' => 1, 'order_id' => 1];
        $this->handedByCron(['outbox' => [
            ['id' => 9, 'service' => 999, 'order' => $order] + $this->writeBack(),
            $this->writeBack(),
        ]]);
        Dispatcher::cron();
        $this->assertWritten();
        self::assertSame([['id' => 9], ['id' => 3]], $this->requests('acknowledge'));
    }

    public function testWhatWhmcsDoesNotTakeIsAnsweredWithTheReason(): void
    {
        $refuses = Capsule::connection()->getDriverName() === 'sqlite'
            ? "BEGIN SELECT RAISE(ABORT, 'it is full'); END"
            : "FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'it is full'";
        Capsule::connection()->unprepared("CREATE TRIGGER is_full BEFORE UPDATE ON tblhosting $refuses");
        $this->handedByCron(['outbox' => [$this->writeBack()]]);
        Dispatcher::cron();
        [$answer] = $this->requests('acknowledge');
        self::assertSame(3, $answer['id']);
        self::assertStringContainsString('it is full', $answer['error']);
    }

    /** @param array<string, mixed> $reply */
    private function handedByCron(array $reply): void
    {
        $this->replyTo('due', ['outbox' => 1]);
        $this->replyTo('cron', $reply);
    }

    /** @return array<string, mixed> */
    private function writeBack(): array
    {
        return [
            'id' => 3,
            'kind' => 'write_back',
            'service' => $this->service,
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
