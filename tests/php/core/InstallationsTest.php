<?php

declare(strict_types=1);

namespace Tests\Core;

use StandIn\Database;
use Tests\Support\CoreTestCase;
use Tests\Support\Installation;
use Tests\Support\MariaDb;
use Tests\Support\Php;
use Tests\Support\RealCore;
use Tests\Support\TempDir;
use WHMCS\Database\Capsule;

/** Whose a machine is: a copied WHMCS, a number that is given out again, a database from before the order. */
final class InstallationsTest extends CoreTestCase
{
    private const VERBS = ['suspend', 'unsuspend', 'changepackage', 'changepw', 'terminate'];

    /** With `mysql:` a dump of WHMCS's database alone is a copy of both. @dataProvider stores */
    public function testACopyOfWhmcsTouchesNothingOfTheOriginals(string $store): void
    {
        $this->storeIn($store);
        [$service, $machine] = $this->ready();
        $copy = $this->copy();
        foreach (self::VERBS as $verb) {
            self::assertStringContainsString('--copy', Php::page($copy, $verb, $service)->answer()['result'], $verb);
        }
        self::assertStringContainsString('--copy', Php::page($copy, 'cron')->answer()['output']);
        self::assertStringContainsString('--copy', $copy->script('cron.php', [], RealCore::environment())->output());
        // Reading goes on.
        $environment = RealCore::environment() + $copy->environment();
        self::assertSame('ready', Php::call('show', ['service' => $service], $environment)['service']['status']);
        self::assertSame($machine, $this->machine());

        // It says what it is: nothing is its own any more.
        self::assertSame(1, $this->status($copy));
        self::assertSame(0, $this->status($copy, '--copy'));
        foreach (self::VERBS as $verb) {
            Php::page($copy, $verb, $service)->output();
        }
        Php::page($copy, 'cron')->output();
        self::assertSame($machine, $this->machine());
        self::assertSame(1, $this->status($copy, '--copy'), 'it is a copy no more');

        // The original is what it was, and no copy.
        $this->open($this->whmcs);
        self::assertSame(1, $this->status($this->whmcs, '--copy'));
        $this->assertReady($service);
        self::assertSame('success', $this->perform('suspend', $service));
        self::assertSame('stopped', $this->machine()[0]['status']);
    }

    /** @dataProvider stores */
    public function testAMovedWhmcsGoesOnOnceThatIsSaid(string $store): void
    {
        $this->storeIn($store);
        [$service] = $this->ready();
        $moved = $this->copy();
        self::assertStringContainsString('--moved', Php::page($moved, 'suspend', $service)->answer()['result']);
        self::assertSame(0, $this->status($moved, '--moved'));
        self::assertStringContainsString('success', Php::page($moved, 'suspend', $service)->answer()['result']);
        self::assertSame('stopped', $this->machine()[0]['status']);
    }

    /** Of a whole machine that was copied only the address is another one. @dataProvider stores */
    public function testAfterANewAddressNothingIsDestroyedUntilStaffSayThatItIsNoCopy(string $store): void
    {
        $this->storeIn($store);
        $old = ['setting' => 'SystemURL', 'value' => 'https://example.com/whmcs/'];
        Capsule::table('tblconfiguration')->insert($old);
        [$service, $machine] = $this->ready();
        Capsule::table('tblconfiguration')->where('setting', 'SystemURL')->update(['value' => 'https://new.example/']);
        foreach (['suspend', 'terminate'] as $verb) {
            self::assertStringContainsString('--copy', $this->perform($verb, $service), $verb);
        }
        Php::page($this->whmcs, 'cron')->output();
        self::assertSame($machine, $this->machine());
        self::assertSame('success', $this->perform('changepackage', $service));
        Php::page($this->whmcs, 'cron')->output();
        self::assertSame(0, $this->status($this->whmcs, '--moved'));
        self::assertSame('success', $this->perform('suspend', $service));
        self::assertSame('stopped', $this->machine()[0]['status']);
    }

    /** A database that is restored takes the store that lies in it along. */
    public function testADatabaseAndItsStoreFromBeforeTheOrderTouchNothing(): void
    {
        $this->storeIn('mysql:');
        $this->ready();
        $backup = MariaDb::backup($this->whmcs->database);
        [$lost, $machines] = $this->ready();
        Capsule::connection()->disconnect();
        MariaDb::restore($backup, $this->whmcs->database);
        $this->open($this->whmcs);

        // Another client's order gets the number of the one that is lost, and so its name, too.
        $service = $this->order();
        self::assertSame($lost, $service);
        self::assertSame('success', $this->perform('create', $service));
        Php::page($this->whmcs, 'cron')->output();
        $stored = $this->assertReadyAmong($service, $machines);
        self::assertStringContainsString((string) $machines[1]['vmid'], $this->check());
        foreach (['suspend', 'unsuspend', 'changepackage', 'changepw'] as $verb) {
            self::assertSame('success', $this->perform($verb, $service), $verb);
            Php::page($this->whmcs, 'cron')->output();
            $this->assertReadyAmong($service, $machines);
        }
        self::assertSame('success', $this->perform('terminate', $service));
        self::assertSame($machines, $this->machine());
        self::assertNotContains($stored['vmid'], array_column($machines, 'vmid'));
    }

    public function testANumberOfADatabaseFromBeforeTheOrderTouchesNothing(): void
    {
        $this->order();
        Capsule::table('tblhosting')->delete();
        $clients = Capsule::table('tblclients')->count();
        [$service, $machine] = $this->ready();
        // WHMCS's database is of the day before: the rows are gone, and their numbers are given out again.
        $row = (array) Capsule::table('tblhosting')->first();
        Capsule::table('tblhosting')->delete();
        Capsule::table('tblorders')->where('id', $row['orderid'])->update(['ordernum' => '1111111111']);
        $fresh = ['dedicatedip' => '', 'domain' => '', 'username' => '', 'domainstatus' => 'Pending'];
        Capsule::table('tblhosting')->insert($fresh + $row);
        foreach (['create', ...self::VERBS] as $verb) {
            $said = $this->perform($verb, $service);
            self::assertStringContainsString('Confirm owner', $said, $verb);
        }
        Php::page($this->whmcs, 'cron')->output();
        self::assertSame($machine, $this->machine());
        self::assertSame('', $this->whmcs->row($service)->dedicatedip, 'nothing is told to the new customer');
        self::assertSame($clients, Capsule::table('tblclients')->count());
    }

    /** @return iterable<string, array{string}> */
    public function stores(): iterable
    {
        yield 'a file' => [''];
        yield 'the database' => ['mysql:'];
    }

    private function storeIn(string $store): void
    {
        if ($store !== '') {
            $this->whmcs = new Installation(null, MariaDb::database(), $store);
        }
    }

    /**
     * The service has a machine of its own, and the others are as they were.
     *
     * @param list<array<string, mixed>> $others
     * @return array<string, mixed> the service
     */
    private function assertReadyAmong(int $service, array $others): array
    {
        $stored = $this->stored($service);
        self::assertSame('ready', $stored['status'], json_encode($stored['error']));
        $left = array_filter($this->machine(), static fn (array $vm): bool => $vm['vmid'] !== $stored['vmid']);
        self::assertSame($others, array_values($left));

        return $stored;
    }

    private function check(): string
    {
        return $this->whmcs->script('check.php', [], RealCore::environment())->output();
    }

    /** @return array{int, list<array<string, mixed>>} a service, and its machine */
    private function ready(): array
    {
        $service = $this->order();
        self::assertSame('success', $this->perform('create', $service));
        Php::page($this->whmcs, 'cron')->output();
        $this->assertReady($service);

        return [$service, $this->machine()];
    }

    /** @return list<array<string, mixed>> the machines of customers, without what changes by itself */
    private function machine(): array
    {
        $keys = array_flip(['vmid', 'name', 'status', 'node']);
        $all = array_filter(
            $this->simulator->pve()->machines(),
            static fn (array $vm): bool => ($vm['template'] ?? 0) !== 1
        );

        return array_values(array_map(static fn (array $vm): array => array_intersect_key($vm, $keys), $all));
    }

    private function perform(string $verb, int $service): string
    {
        return (string) Php::page($this->whmcs, $verb, $service)->answer()['result'];
    }

    /** The same database and store under another name: a staging. */
    private function copy(): Installation
    {
        if (str_ends_with($this->whmcs->database, '.json')) {
            return new Installation(null, MariaDb::restored($this->whmcs->database), 'mysql:');
        }
        $directory = TempDir::make();
        $copy = new Installation($directory);
        Capsule::connection()->disconnect();
        foreach (['', '-wal', '-shm'] as $end) {
            @unlink($copy->database . $end);
            if (is_file($this->whmcs->database . $end)) {
                copy($this->whmcs->database . $end, $copy->database . $end);
            }
        }
        mkdir(dirname($copy->store), 0700);
        foreach (glob($this->whmcs->store . '*') ?: [] as $file) {
            copy($file, $copy->store . substr($file, strlen($this->whmcs->store)));
        }
        $this->open($copy);

        return $copy;
    }

    private function open(Installation $whmcs): void
    {
        Database::open($whmcs->database);
    }

    private function status(Installation $whmcs, string ...$arguments): int
    {
        $run = $whmcs->script('installation.php', $arguments, RealCore::environment());
        $run->output();

        return $run->status();
    }
}
