<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Fpm;
use Tests\Support\Php;
use Tests\Support\RealCore;
use WHMCS\Database\Capsule;

/** Setting up a server and a product over the real core. */
final class SettingsTest extends CoreTestCase
{
    public function testTheSettingsListWhatThereIs(): void
    {
        $server = $this->whmcs->server($this->simulator->serverEntry());
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        $expected = [
            'target_node' => ['auto' => 'auto: most free memory', 'pve1' => 'pve1'],
            'system_disk_storage' => [
                '' => 'as the template', 'local' => 'local (pve1)', 'local2' => 'local2 (pve1)',
            ],
            'bridge' => [
                'auto' => 'auto: from the address line', 'vmbr0' => 'vmbr0 (pve1)', 'vmbr1' => 'vmbr1 (pve1)',
            ],
        ];
        foreach ($expected as $option => $choices) {
            self::assertSame($choices, $fpm->result('load', $server, $option), $option);
        }
        $template = (int) $this->simulator->about['template'];
        $templates = $fpm->result('load', $server, 'os_template');
        self::assertSame([$template], array_keys($templates));
        self::assertStringEndsWith("($template) on pve1", $templates[$template]);
        // Without a server, as on the page of a product without a server group.
        self::assertSame($templates, $fpm->result('load', 0, 'os_template'));
    }

    public function testAListThatCannotBeHadIsASentence(): void
    {
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        $entry = $this->simulator->serverEntry();
        $failures = [
            'could be reached' => ['hostname' => '127.0.0.1', 'port' => '1'],
            'token and secret' => ['password' => encrypt('11111111-0000-0000-0000-000000000000')],
            'fingerprint' => ['accesshash' => 'fingerprint=' . str_repeat('ab', 32)],
        ];
        foreach ($failures as $words => $wrong) {
            $text = $fpm->result('load', $this->whmcs->server($wrong + $entry), 'target_node');
            self::assertIsString($text);
            self::assertStringContainsString((string) $words, $text);
            self::assertStringNotContainsString('0000-0000', $text);
            self::assertStringNotContainsString("\n", $text);
        }
    }

    public function testTheConnectionTestNamesWhatALoginLacks(): void
    {
        $pve = $this->simulator->pve();
        $pve->request('POST', '/access/users', ['userid' => 'shop@pve', 'password' => 'shop-password']);
        $pve->request('POST', '/access/roles', [
            'roleid' => 'Shop',
            'privs' => 'VM.Allocate,VM.Audit,VM.Clone,VM.PowerMgmt,VM.Config.CPU,VM.Config.Memory,VM.Config.Disk,'
                . 'VM.Config.Options,VM.Config.Cloudinit,Datastore.AllocateSpace,Datastore.Audit,Sys.Audit,SDN.Use',
        ]);
        $pve->request('PUT', '/access/acl', ['path' => '/', 'roles' => 'Shop', 'users' => 'shop@pve']);
        $server = $this->whmcs->server([
            'username' => 'shop@pve',
            'password' => encrypt('shop-password'),
        ] + $this->simulator->serverEntry());
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        $result = $fpm->result('test', $server);
        self::assertFalse($result['success']);
        self::assertStringStartsWith(
            'The connection works (Proxmox VE 9.1.8, login shop@pve), but: The login lacks VM.Config.Network on /vms.'
            . ' The login lacks VM.Backup on /vms, which only matters for backups:',
            $result['error']
        );

        $pve->request('POST', '/access/roles', ['roleid' => 'Net', 'privs' => 'VM.Config.Network']);
        $pve->request('PUT', '/access/acl', ['path' => '/', 'roles' => 'Net', 'users' => 'shop@pve']);
        self::assertSame(['success' => true, 'error' => ''], $fpm->result('test', $server));
    }

    public function testTheCommandLineMakesTheOptionsOfAProduct(): void
    {
        $this->whmcs->server($this->simulator->serverEntry());
        $template = (string) $this->simulator->about['template'];
        $product = $this->whmcs->product(['os_template' => $template, 'cpu_cores' => '4', 'network_rate' => '12.5']);
        Capsule::table('tblcurrencies')->insert(['code' => 'EUR']);

        $first = $this->options($product);
        $told = $first->output();
        self::assertSame(0, $first->status());
        $options = Capsule::table('tblproductconfigoptions')->orderBy('order')->get()->keyBy('optionname');
        self::assertStringStartsWith("Product $product has {$options->count()} new configurable options.", $told);
        $addresses = $options['IPv4 Addresses|IPv4 addresses'];
        self::assertSame(
            [4, 1, 16],
            [(int) $addresses->optiontype, (int) $addresses->qtyminimum, (int) $addresses->qtymaximum]
        );
        $cores = $this->choices((int) $options['CPU Cores|CPU cores']->id);
        self::assertSame(['4|4', '6|6', '8|8'], array_slice($cores, 0, 3));
        $rates = $this->choices((int) $options['Network Bandwidth|Network']->id);
        self::assertSame(['12.5|100 Mbit/s', '200 Mbit/s|200 Mbit/s'], array_slice($rates, 0, 2));
        self::assertContains('10 Gbit/s|10 Gbit/s', $rates);
        $systems = $this->choices((int) $options['Operating System|Operating system']->id);
        self::assertStringStartsWith("$template|", $systems[0]);

        $second = $this->options($product);
        self::assertStringStartsWith("Product $product has all configurable options already", $second->output());
        $other = $this->options(99);
        self::assertSame("proxmoxkvm: WHMCS has no product 99 with this module.\n", $other->output());
        self::assertSame(1, $other->status());
    }

    /** @return list<string> */
    private function choices(int $option): array
    {
        return Capsule::table('tblproductconfigoptionssub')->where('configid', $option)->pluck('optionname')->all();
    }

    /** options.php, where it lies in a WHMCS. */
    private function options(int $product): Php
    {
        return $this->whmcs->script('options.php', [(string) $product], RealCore::environment());
    }
}
