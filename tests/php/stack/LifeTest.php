<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\Fpm;
use Tests\Support\MariaDb;
use Tests\Support\Php;
use Tests\Support\RealCore;
use Tests\Support\Stack;
use Tests\Support\StackTestCase;
use Tests\Support\WebSession;
use WHMCS\Database\Capsule;

/** The whole life of a VM on a whole host, from the order to its end. */
final class LifeTest extends StackTestCase
{
    private const PASSWORD = "n3w\"Pass\"&<w/ord>+'1'";

    private int $service;
    private ?WebSession $admin = null;

    /** @var callable(): string the cron that does the module's work */
    private $cron;

    public function testWithFfiAllowedInThePoolAndWhmcsCron(): void
    {
        $this->start(new Stack());
        $this->admin = $this->stack->session('admin=1');
        $this->cron = fn (): string => $this->stack->cron();
        $this->live();
    }

    public function testWithAPreloadedGateAndTheCronOfTheModule(): void
    {
        $this->start(new Stack([], true));
        $this->admin = $this->stack->session('admin=1');
        $this->cron = fn (): string => $this->stack->moduleCron();
        $this->live();
    }

    /** One line in configuration.php; the database's user has what docs/clusters.md says, and a password. */
    public function testWithTheStoreInWhmcsDatabase(): void
    {
        $this->start(new Stack(Fpm::ALLOWED, false, true));
        $this->admin = $this->stack->session('admin=1');
        $this->cron = fn (): string => $this->stack->moduleCron();
        $this->live();
        self::assertSame([], glob("{$this->stack->whmcs->directory}/whmcs-proxmoxkvm/*"), 'no file was made');
        $store = MariaDb::url(MariaDb::restored($this->stack->whmcs->database));
        $environment = ['PROXMOXKVM_STORE' => $store] + RealCore::environment();
        $restored = Php::call('show', ['service' => $this->service], $environment)['service'];
        self::assertSame($this->stored($this->service), $restored, 'a backup holds it');
        [, $said] = $this->stack->doctor();
        self::assertMatchesRegularExpression('/^ok   Store: mysql:\/\/whmcs_.*-MariaDB.*, answered by /m', $said);
        self::assertMatchesRegularExpression('/^ok   cron, \S+: .*last ended/m', $said);
        $overview = $this->admin->get('/admin/addonmodules.php?module=proxmoxkvm');
        self::assertStringContainsString('cron run last ended', $overview);
        Capsule::connection()->statement('ALTER TABLE mod_proxmoxkvm_store_events ENGINE=MyISAM');
        self::assertStringContainsString('are not InnoDB', $this->stack->doctor()[1]);
    }

    /** An order is paid, an invoice is not, is paid, and is not any more: nobody is at a browser. */
    public function testByCronAlone(): void
    {
        $this->start(new Stack());
        $this->cron = fn (): string => $this->stack->cron();
        $this->service = $this->order();
        $this->simulator->control('fault', ['kind' => 'quorum_lost', 'times' => 1000]);
        self::assertStringContainsString('no quorum', $this->command('create'));
        self::assertStringContainsString('no quorum', $this->command('create'));
        $queued = Capsule::table('tblmodulequeue')->get()->all();
        self::assertCount(1, $queued);
        self::assertSame(['Create', 1], [$queued[0]->module_action, (int) $queued[0]->num_retries]);
        self::assertStringContainsString('no quorum', $queued[0]->last_attempt_error);
        self::assertSame('Pending', $this->row()->domainstatus);

        $this->simulator->control('faults/clear', []);
        $this->live($this->service);
        self::assertSame([1], Capsule::table('tblmodulequeue')->pluck('completed')->map('intval')->all());
    }

    private function live(?int $service = null): void
    {
        $this->service = $service ?? $this->order();
        $this->create();
        $this->lookAtPages();
        $this->suspend();
        $this->changePassword();
        $this->changePackage();
        $this->reinstall();
        $this->terminate();
        self::assertSame([
            'Your virtual machine {$service_domain} is ready',
            'The password of your virtual machine {$service_domain} was changed',
            'Your virtual machine {$service_domain} has its new package',
            'Your virtual machine {$service_domain} was reinstalled',
            'Your virtual machine {$service_domain} was removed',
        ], self::mails());
        $counters = $this->simulator->control('counters');
        unset($counters['schema_checked']);
        self::assertSame([0], array_values(array_unique($counters)), json_encode($counters));
        self::assertStringNotContainsString('PHP Warning', $this->stack->logs());
    }

    private function create(): void
    {
        self::assertSame('success', $this->command('create'));
        // What WHMCS shows is decided when its function returns; the rest is the cron's work.
        $row = $this->row();
        self::assertSame(
            ['Active', '192.0.2.10', '192.0.2.11', "1-$this->service.example.net", 'root'],
            [$row->domainstatus, $row->dedicatedip, $row->assignedips, $row->domain, $row->username]
        );
        ($this->cron)();
        ($this->cron)();
        self::assertSame(['Your virtual machine {$service_domain} is ready'], self::mails());
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
        self::assertSame(['2', '2048'], $this->size());
        self::assertStringContainsString('ip=192.0.2.10/24', $this->machine($this->service)['ipconfig0']);
    }

    /** Only the admin's page asks Proxmox VE, two things at once; without an answer it shows what is stored. */
    private function lookAtPages(): void
    {
        $visitor = $this->stack->session('admin=1&client=1');
        $asked = function (string $path) use ($visitor): array {
            $before = count($this->simulator->control('requests'));
            $html = $visitor->get($path);
            $requests = array_slice($this->simulator->control('requests'), $before);

            return [$html, array_map(basename(...), array_column($requests, 'path'))];
        };
        [$html, $requests] = $asked("/clientarea.php?action=productdetails&id=$this->service");
        self::assertStringContainsString('192.0.2.10', $html);
        self::assertSame([], $requests);
        $page = "/admin/clientsservices.php?id=$this->service";
        [$html, $requests] = $asked($page);
        self::assertStringContainsString('running', $html);
        self::assertEqualsCanonicalizing(['config', 'current'], $requests);

        $this->simulator->control('fault', ['kind' => 'node_down', 'times' => 1000]);
        $stored = $visitor->get($page);
        $this->simulator->control('faults/clear', []);
        self::assertStringContainsString('<code>ready</code>', $stored);
        self::assertStringContainsString('No route to host', $stored);
    }

    private function suspend(): void
    {
        self::assertSame('success', $this->command('suspend'));
        self::assertSame('stopped', $this->machine($this->service, 'status/current')['status']);
        self::assertSame('Suspended', $this->row()->domainstatus);
        self::assertNotSame('success', $this->command('custom.Start'));
        self::assertSame('success', $this->command('unsuspend'));
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
        self::assertSame('Active', $this->row()->domainstatus);
    }

    private function changePassword(): void
    {
        Capsule::table('tblhosting')->update(['password' => encrypt(self::PASSWORD)]);
        self::assertSame('success', $this->command('changepw'));
        $sent = array_filter(
            $this->simulator->control('requests'),
            static fn (array $request): bool => str_contains(json_encode($request['params']), 'cipassword')
        );
        self::assertNotSame([], $sent);
    }

    private function changePackage(): void
    {
        $package = ['configoption6' => '4', 'configoption7' => '3', 'configoption8' => '10'];
        Capsule::table('tblproducts')->update($package);
        self::assertSame('success', $this->command('changepackage'));
        ($this->cron)();
        self::assertSame(['4', '3072'], $this->size());
        self::assertStringContainsString('size=10G', json_encode($this->machine($this->service)));
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
        ($this->cron)();
    }

    private function reinstall(): void
    {
        $before = [$this->stored($this->service)['vmid'], $this->machine($this->service)['net0']];
        self::assertNotSame('success', $this->command('custom.Reinstall'));
        self::assertSame('success', $this->command('custom.Stop'));
        self::assertSame('success', $this->command('custom.Reinstall'));
        ($this->cron)();
        ($this->cron)();
        self::assertSame($before, [$this->stored($this->service)['vmid'], $this->machine($this->service)['net0']]);
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
        self::assertSame('192.0.2.10', $this->row()->dedicatedip);
        self::assertSame(['4', '3072'], $this->size());
    }

    private function terminate(): void
    {
        Capsule::table('tblhosting')->update(['notes' => 'Pays late.']);
        self::assertSame('success', $this->command('terminate'));
        self::assertSame([], $this->simulator->pve()->machines());
        $row = $this->row();
        self::assertSame(['Terminated', '', ''], [$row->domainstatus, $row->dedicatedip, $row->assignedips]);
        self::assertStringStartsWith("Pays late.\n", $row->notes);
        foreach (['192.0.2.10', '192.0.2.11', date('Y-m-d')] as $noted) {
            self::assertStringContainsString($noted, $row->notes);
        }
        ($this->cron)();
        self::assertEquals($row, $this->row());
    }

    /** @return string 'success' or the text on the admin's page, or in the output of the cron run */
    private function command(string $command): string
    {
        if ($this->admin === null) {
            preg_match("/^\S+ (.*)$/m", $this->stack->cron("$command:$this->service"), $found);

            return $found[1] ?? '';
        }
        [$modop, $suffix] = explode('.', "$command.");
        $path = "/admin/clientsservices.php?id=$this->service";
        $page = $this->admin->post($path, ['modop' => $modop, 'ac' => $suffix]);
        preg_match('/id="result"><strong>([^<]*)<\/strong><div id="result-text">(.*?)<\/div>/s', $page, $found);

        return ($found[1] ?? '') === 'Module Command Success' ? 'success' : $found[2] ?? $page;
    }

    private function row(): object
    {
        return $this->stack->whmcs->row($this->service);
    }

    /** @return array{string, string} cores and MiB */
    private function size(): array
    {
        $config = $this->machine($this->service);

        return [(string) $config['cores'], (string) $config['memory']];
    }
}
