<?php

declare(strict_types=1);

namespace Tests\Core;

use PDO;
use Tests\Support\CoreTestCase;
use Tests\Support\Php;
use Tests\Support\RealCore;
use WHMCS\Database\Capsule;

/** WHMCS deletes a service without terminating it, and gives its number out again. */
final class ForgetTest extends CoreTestCase
{
    private int $service;

    /** @var array<string, mixed> as the core has stored it */
    private array $former;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->order();
        self::assertSame('success', $this->perform('create'));
        Php::page($this->whmcs, 'cron')->output();
        $this->former = $this->assertReady($this->service);
        // An order of this moment may only be on its way into the list that it is looked for in.
        (new PDO("sqlite:{$this->whmcs->store}"))->exec('UPDATE services SET created_at = created_at - 3600');
        Capsule::table('tblhosting')->delete();
    }

    /** @dataProvider ways */
    public function testWhatADeletedServiceHeldIsGivenBackOnceItsMachineIsGone(string $by): void
    {
        // Whoever looks is told, with the way out.
        self::assertStringContainsString("--forget=$this->service", $this->check([], 1));
        self::assertStringContainsString("--forget=$this->service", $this->page('attention'));
        self::assertStringContainsString('value="forget"', $this->page('service'));

        $vmid = $this->former['vmid'];
        $said = $this->forget($by, false);
        self::assertStringContainsString("VM $vmid", $said);
        self::assertStringContainsString('still there', $said);
        $this->assertFormerRuns();

        $this->simulator->control('delete', ['vmid' => $vmid]);
        $this->forget($by, true);
        $left = $this->stored($this->service);
        self::assertSame(['removed', []], [$left['status'], $left['addresses']]);
        self::assertStringContainsString('0 differences', $this->check([], 0));
        $this->forget($by, true);

        // The next one has the address, and nothing else of the former.
        $next = $this->order();
        self::assertSame('success', Php::page($this->whmcs, 'create', $next)->answer()['result']);
        self::assertSame($this->former['addresses'][0], $this->whmcs->row($next)->dedicatedip);
    }

    /** @dataProvider ways */
    public function testANumberThatIsGivenOutAgainIsFreeForItsOrderOnceItWasForgotten(string $by): void
    {
        $client = Capsule::table('tblclients')->insertGetId(['firstname' => 'Eve', 'email' => 'eve@example.net']);
        $this->again(['userid' => $client]);
        foreach (['create', 'suspend', 'unsuspend', 'changepackage', 'changepw', 'terminate'] as $verb) {
            self::assertStringContainsString('Confirm owner', $this->perform($verb), $verb);
        }
        Php::page($this->whmcs, 'cron')->output();
        $this->assertFormerRuns();
        self::assertSame('', (string) $this->whmcs->row($this->service)->dedicatedip);
        self::assertStringContainsString('still there', $this->forget($by, false));
        $this->assertFormerRuns();

        $this->simulator->control('delete', ['vmid' => $this->former['vmid']]);
        $this->forget($by, true);
        self::assertSame('success', $this->perform('create'));
        Php::page($this->whmcs, 'cron')->output();
        $this->assertReady($this->service);
        self::assertStringContainsString('still in WHMCS', $this->forget($by, false), 'of its own order');
        $this->assertReady($this->service);
    }

    public function testAMovedServiceIsItsNewClientsOnceStaffSaySo(): void
    {
        $client = Capsule::table('tblclients')->insertGetId(['firstname' => 'Eve', 'email' => 'eve@example.net']);
        $this->again(['userid' => $client, 'domainstatus' => 'Active']);
        self::assertStringContainsString('Confirm owner', $this->perform('suspend'));
        self::assertStringContainsString('value="confirm_owner"', $this->page('service'));
        self::assertStringContainsString('alert-success', $this->page('service', ['act' => 'confirm_owner']));
        self::assertSame('success', $this->perform('suspend'));
        self::assertSame($this->former['addresses'][0], $this->whmcs->row($this->service)->dedicatedip);
    }

    public function testANumberThatNobodyKnowsIsSaidToBeNone(): void
    {
        self::assertStringContainsString('nothing to forget', $this->check(['--forget=4711'], 2));
        $this->assertFormerRuns();
    }

    /** @return iterable<string, array{string}> */
    public function ways(): iterable
    {
        yield 'the command' => ['check.php'];
        yield 'the button' => ['button'];
    }

    /** The number once more, in a row of another order. @param array<string, mixed> $columns */
    private function again(array $columns): void
    {
        $this->whmcs->service(
            (int) Capsule::table('tblproducts')->value('id'),
            (int) Capsule::table('tblservers')->value('id'),
            $columns + ['id' => $this->service]
        );
    }

    private function assertFormerRuns(): void
    {
        $machines = $this->simulator->pve()->machines();
        self::assertSame([[$this->former['vmid'], 'running']], array_map(
            static fn (array $vm): array => [$vm['vmid'], $vm['status']],
            $machines
        ));
    }

    private function forget(string $by, bool $works): string
    {
        if ($by === 'check.php') {
            return $this->check(["--forget=$this->service"], $works ? 0 : 2);
        }
        $said = $this->page('service', ['act' => 'forget']);
        self::assertStringContainsString($works ? 'alert-success' : 'alert-danger', $said);

        return $said;
    }

    /** @param list<string> $arguments */
    private function check(array $arguments, int $status): string
    {
        $check = $this->whmcs->script('check.php', $arguments, RealCore::environment());
        $said = $check->output();
        self::assertSame($status, $check->status(), $said);

        return $said;
    }

    /** @param array<string, string> $form */
    private function page(string $page, array $form = []): string
    {
        $query = ['page' => $page, 'id' => (string) $this->service];
        $arguments = $form === [] ? [$query] : [$query, $form + ['token' => 'the-token']];

        return (string) Php::page($this->whmcs, 'addon', 0, json_encode($arguments))->answer()['result'];
    }

    private function perform(string $verb): string
    {
        return (string) Php::page($this->whmcs, $verb, $this->service)->answer()['result'];
    }
}
