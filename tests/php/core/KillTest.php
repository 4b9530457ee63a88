<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Fpm;
use Tests\Support\KillingGate;
use Tests\Support\Php;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\FormerPasswords;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/**
 * PHP dies without warning at some moment between CreateAccount and TerminateAccount.
 *
 * The moments are TLS records between the module and Proxmox VE: at each one a request was lost, or was
 * carried out without the module learning of it. KILLS says how many are tried, spread evenly over the moments;
 * the ways to die take turns: a command line and a worker of php-fpm, by SIGKILL and by SIGTERM.
 */
final class KillTest extends CoreTestCase
{
    private const KILLS = 16;
    private const CRON_RUNS = 4;
    private const WAYS = [[false, SIGKILL], [true, SIGKILL], [false, SIGTERM], [true, SIGTERM]];

    private ?Fpm $fpm = null;

    public function testWhateverTheMomentOneMachineIsBuiltAndRemoved(): void
    {
        $records = $this->live(PHP_INT_MAX, false, SIGKILL)->records;
        self::assertGreaterThan(10, $records);

        $kills = (int) (getenv('KILLS') ?: self::KILLS);
        for ($kill = 0; $kill < $kills; $kill++) {
            $moment = 1 + intdiv($kill * ($records - 1), max(1, $kills - 1));
            $this->setUp();
            $this->live($moment, ...self::WAYS[$kill % count(self::WAYS)]);
        }
    }

    /** A page dies with a new password: where the machine may have got it WHMCS shows it, and else the former one. */
    public function testANewPasswordThatTheMachineHasNotGotIsForgotten(): void
    {
        $service = $this->order();
        Php::page($this->whmcs, 'create', $service)->output();
        Php::page($this->whmcs, 'cron')->output();
        $this->assertReady($service);
        $ends = ['former' => 0, 'new' => 0];
        foreach ([4, 9, PHP_INT_MAX] as $record) {
            [$before, $given] = [Services::password($service), $this->given()];
            $gate = new KillingGate($this->simulator->port(), $record, SIGKILL);
            Capsule::table('tblservers')->update(['port' => $gate->port()]);
            $killed = $this->page($gate, 'renew', $service);
            Capsule::table('tblservers')->update(['port' => $this->simulator->port()]);
            $new = Services::password($service);
            self::assertNotSame($before, $new);
            if ($killed) {
                Capsule::table(FormerPasswords::TABLE)->update(['kept' => time() - 600]);
                Php::page($this->whmcs, 'cron')->output();
            }
            $end = Services::password($service) === $new ? 'new' : 'former';
            self::assertSame($end === 'new' ? $new : $before, Services::password($service), "record $record");
            self::assertTrue($end === 'new' || $this->given() === $given, "record $record: nobody can look it up");
            self::assertSame(0, Capsule::table(FormerPasswords::TABLE)->count());
            $ends[$end]++;
        }
        self::assertSame([false, 'new'], [$killed, $end]);
        self::assertGreaterThan(0, min($ends), json_encode($ends, JSON_THROW_ON_ERROR));
    }

    /** How often Proxmox VE was given a password for cloud-init. */
    private function given(): int
    {
        $parameters = array_column($this->simulator->control('requests'), 'params');

        return count(array_column($parameters, 'cipassword'));
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

    /** The whole life of an order, with a process that dies at one moment of it. */
    private function live(int $killAt, bool $fpm, int $signal): KillingGate
    {
        $where = "record $killAt, " . ($fpm ? 'php-fpm' : 'command line') . ", signal $signal";
        $gate = new KillingGate($this->simulator->port(), $killAt, $signal);
        $service = $this->order([], $gate->port());
        $this->fpm = $fpm ? new Fpm($this->whmcs, Fpm::ALLOWED) : null;
        $inCreate = $killed = $this->page($gate, 'create', $service);
        for ($run = 0; $run < self::CRON_RUNS && $this->stored($service)['status'] !== 'ready'; $run++) {
            $killed = $this->page($gate, 'cron') || $killed;
        }
        // What a killed page could not tell WHMCS, the next run does.
        $this->page($gate, 'cron');
        if ($inCreate) {
            // WHMCS knows of no success: the order waits for the admin's button, which changes nothing.
            self::assertSame('Pending', $this->whmcs->row($service)->domainstatus, $where);
            $button = Php::page($this->whmcs, 'create', $service);
            $gate->serve($button);
            self::assertSame('success', $button->answer()['result'], $where);
        }
        self::assertSame('ready', $this->stored($service)['status'], $where);
        $this->assertReady($service);
        self::assertCount(1, $this->simulator->pve()->machines(), $where);

        $killed = $this->untilDone($gate, 'suspend', $service, 'Suspended') || $killed;
        self::assertSame('stopped', $this->simulator->pve()->machines()[0]['status'], $where);
        $killed = $this->untilDone($gate, 'terminate', $service, 'Terminated') || $killed;
        self::assertTrue($killed || $gate->records < $killAt, $where);
        self::assertSame([], $this->simulator->pve()->machines(), $where);
        self::assertSame([], $this->stored($service)['addresses'], $where);
        $this->fpm = null;

        return $gate;
    }

    /** Presses a button of WHMCS until it knows of the success, as the admin does. */
    private function untilDone(KillingGate $gate, string $do, int $service, string $status): bool
    {
        $killed = false;
        for ($try = 0; $try < 3 && $this->whmcs->row($service)->domainstatus !== $status; $try++) {
            $killed = $this->page($gate, $do, $service) || $killed;
        }
        self::assertSame($status, $this->whmcs->row($service)->domainstatus);

        return $killed;
    }

    private function page(KillingGate $gate, string $do, int $service = 0): bool
    {
        $page = $this->fpm?->begin(['do' => $do, 'id' => $service]) ?? Php::page($this->whmcs, $do, $service);
        $killed = $gate->serve($page);
        $page->output();

        return $killed;
    }
}
