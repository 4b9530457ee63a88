<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\KillingGate;
use Tests\Support\Php;

/**
 * PHP dies without warning at some moment between CreateAccount and a VM that is ready.
 *
 * The moments are TLS records between the module and Proxmox VE: at each one a request was lost, or was
 * carried out without the module learning of it. KILLS says how many moments are tried, spread evenly.
 */
final class KillTest extends CoreTestCase
{
    private const KILLS = 24;
    private const CRON_RUNS = 4;

    public function testWhateverTheMomentTheCronFinishesTheOneMachine(): void
    {
        $records = $this->live(PHP_INT_MAX)->records;
        self::assertGreaterThan(10, $records);

        $kills = min($records, (int) (getenv('KILLS') ?: self::KILLS));
        for ($kill = 0; $kill < $kills; $kill++) {
            $moment = 1 + intdiv($kill * ($records - 1), max(1, $kills - 1));
            $this->setUp();
            $this->live($moment);
        }
    }

    /** @dataProvider moments */
    public function testAPageThatDiesBeforeWhmcsKnowsIsFinishedByTheCron(string $moment): void
    {
        $service = $this->order();
        Php::page($this->whmcs, 'create', $service, '', ['DIE_AT' => $moment])->output();
        self::assertSame('Pending', $this->whmcs->row($service)->domainstatus);
        self::assertSame('', $this->whmcs->row($service)->dedicatedip);

        Php::page($this->whmcs, 'cron')->answer();
        self::assertNotSame('', $this->whmcs->row($service)->dedicatedip);
        self::assertSame('success', Php::page($this->whmcs, 'create', $service)->answer()['result']);
        $this->assertReady($service);
        self::assertCount(1, $this->simulator->pve()->machines());
    }

    /** @return list<array{string}> */
    public function moments(): array
    {
        return [['log create'], ['save Domain'], ['save Username'], ['save Dedicated IP']];
    }

    private function live(int $killAt): KillingGate
    {
        $gate = new KillingGate($this->simulator->port(), $killAt);
        $service = $this->order([], $gate->port());
        $inCreate = $killed = $this->page($gate, 'create', $service);
        for ($run = 0; $run < self::CRON_RUNS && $this->stored($service)['status'] !== 'ready'; $run++) {
            $killed = $this->page($gate, 'cron') || $killed;
        }
        // What a killed page could not tell WHMCS, the next run does.
        $this->page($gate, 'cron');
        if ($inCreate) {
            // WHMCS knows of no success: the order waits for the admin's button, which changes nothing.
            self::assertSame('Pending', $this->whmcs->row($service)->domainstatus, "record $killAt");
            self::assertSame('success', Php::page($this->whmcs, 'create', $service)->answer()['result']);
        }

        self::assertTrue($killed || $killAt === PHP_INT_MAX || $gate->records < $killAt, "record $killAt");
        $this->assertReady($service);
        self::assertCount(1, $this->simulator->pve()->machines(), "record $killAt");

        return $gate;
    }

    private function page(KillingGate $gate, string $do, int $service = 0): bool
    {
        $php = Php::page($this->whmcs, $do, $service);
        $killed = $gate->serve($php);
        $php->output();

        return $killed;
    }
}
