<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Php;
use WHMCS\Database\Capsule;

/** What WHMCS does with a VM after it was created. */
final class LifeTest extends CoreTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->order();
        self::assertSame('success', $this->press('create'));
        $this->cron();
        $this->assertReady($this->service);
    }

    public function testSuspendAndUnsuspend(): void
    {
        self::assertSame('success', $this->press('suspend'));
        self::assertSame('stopped', $this->machine()['status']);
        self::assertSame('Suspended', $this->whmcs->row($this->service)->domainstatus);
        self::assertNotSame('success', $this->button('Start'));

        self::assertSame('success', $this->press('unsuspend'));
        self::assertSame('running', $this->machine()['status']);
    }

    public function testTerminate(): void
    {
        $address = $this->whmcs->row($this->service)->dedicatedip;
        self::assertSame('success', $this->press('terminate'));

        self::assertSame([], $this->simulator->pve()->machines());
        $row = $this->whmcs->row($this->service);
        self::assertSame('Terminated', $row->domainstatus);
        self::assertSame('', $row->dedicatedip);
        self::assertStringContainsString($address, $row->notes);
        $notes = $row->notes;
        self::assertSame('success', $this->press('terminate'));
        self::assertSame($notes, $this->whmcs->row($this->service)->notes);

        // The address is free again.
        $next = $this->order();
        self::assertSame('success', Php::page($this->whmcs, 'create', $next)->answer()['result']);
        self::assertSame($address, $this->whmcs->row($next)->dedicatedip);
    }

    public function testAnUpgradeIsDoneByTheCron(): void
    {
        Capsule::table('tblproducts')->update(['configoption6' => '4', 'configoption7' => '3']);
        self::assertSame('success', $this->press('changepackage'));
        $this->cron();

        self::assertSame('4', (string) $this->config()['cores']);
        self::assertSame('3072', (string) $this->config()['memory']);
        self::assertSame('running', $this->machine()['status']);
        $this->cron();
        self::assertSame(
            [
                'Your virtual machine {$service_domain} is ready',
                'Your virtual machine {$service_domain} has its new package',
            ],
            Capsule::table('tblemails')->orderBy('id')->pluck('subject')->all()
        );
    }

    public function testASmallerDiskIsRefusedBeforeAnythingIsTouched(): void
    {
        Capsule::table('tblproducts')->update(['configoption6' => '4', 'configoption8' => '4']);
        $text = $this->press('changepackage');
        self::assertMatchesRegularExpression('/\b8\b.*\b4\b|\b4\b.*\b8\b/', $text);
        $this->cron();
        self::assertSame('2', (string) $this->config()['cores']);
    }

    public function testButtonsForPower(): void
    {
        self::assertStringContainsString('stop it first', $this->button('SetCpuRam'));
        self::assertSame('success', $this->button('Stop'));
        self::assertSame('stopped', $this->machine()['status']);
        self::assertSame('success', $this->button('SetCpuRam'));
        self::assertSame('success', $this->button('Start'));
        self::assertSame('running', $this->machine()['status']);
    }

    public function testReinstallKeepsIdentityAndAddress(): void
    {
        $before = $this->config();
        $address = $this->whmcs->row($this->service)->dedicatedip;
        self::assertSame('success', $this->button('Stop'));
        self::assertSame('success', $this->button('Reinstall'));
        $this->cron();

        $stored = $this->assertReady($this->service);
        self::assertSame($address, $stored['addresses'][0]);
        self::assertSame($before['net0'], $this->config()['net0']);
        self::assertSame(
            [
                'Your virtual machine {$service_domain} is ready',
                'Your virtual machine {$service_domain} was reinstalled',
            ],
            Capsule::table('tblemails')->orderBy('id')->pluck('subject')->all()
        );
    }

    public function testChangePassword(): void
    {
        Capsule::table('tblhosting')->update(['password' => encrypt('n3w-Pass#word')]);
        self::assertSame('success', $this->press('changepw'));
        $mail = Capsule::table('tblemails')->orderByDesc('id')->first();
        self::assertSame('The password of your virtual machine {$service_domain} was changed', $mail->subject);
        self::assertTrue(json_decode((string) $mail->fields, true)['proxmoxkvm_restart_needed']);
    }

    public function testRemoveAndBuildAgainByButtons(): void
    {
        self::assertSame('success', $this->button('Stop'));
        self::assertSame('success', $this->button('VMRemove'));
        self::assertSame([], $this->simulator->pve()->machines());
        self::assertSame('success', $this->button('VMClone'));
        $this->cron();
        $this->assertReady($this->service);
    }

    private function press(string $command): string
    {
        return Php::page($this->whmcs, $command, $this->service)->answer()['result'];
    }

    private function button(string $suffix): string
    {
        return Php::page($this->whmcs, 'button', $this->service, $suffix)->answer()['result'];
    }

    private function cron(): void
    {
        Php::page($this->whmcs, 'cron')->answer();
    }

    /** @return array<string, mixed> */
    private function machine(): array
    {
        $vmid = $this->stored($this->service)['vmid'];
        $node = $this->stored($this->service)['node'];

        return $this->simulator->pve()->get("/nodes/$node/qemu/$vmid/status/current");
    }

    /** @return array<string, mixed> */
    private function config(): array
    {
        $stored = $this->stored($this->service);

        return $this->simulator->pve()->get("/nodes/{$stored['node']}/qemu/{$stored['vmid']}/config");
    }
}
