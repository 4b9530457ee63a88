<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Fpm;
use Tests\Support\Php;
use WHMCS\Database\Capsule;

/** The life of an order, from WHMCS's buttons and cron to a running VM. */
final class CreateTest extends CoreTestCase
{
    public function testFromTheCommandLine(): void
    {
        $service = $this->order();
        $test = Php::page($this->whmcs, 'test', 1)->answer()['result'];
        self::assertSame(['success' => true, 'error' => ''], $test);
        self::assertSame('success', Php::page($this->whmcs, 'create', $service)->answer()['result']);
        // The addresses and the name are decided when CreateAccount returns; the rest is the cron's work.
        self::assertNotSame('', $this->whmcs->row($service)->dedicatedip);

        $output = Php::page($this->whmcs, 'cron')->answer()['output'];
        self::assertStringContainsString("service $service", $output);
        $this->assertReady($service);
        self::assertSame(1, Capsule::table('tblemails')->count());
        self::assertSame('', Php::page($this->whmcs, 'cron')->answer()['output']);
    }

    public function testThroughPhpFpm(): void
    {
        $this->liveThrough(new Fpm($this->whmcs, Fpm::ALLOWED));
    }

    public function testThroughPhpFpmWithAPreloadedGate(): void
    {
        $gate = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/Native.php';
        $preload = $this->whmcs->directory . '/preload.php';
        file_put_contents($preload, "<?php require '$gate';");
        $this->liveThrough(new Fpm($this->whmcs, [], ['opcache.enable' => '1', 'opcache.preload' => $preload]));
    }

    public function testASecretIsNowhereOnTheDisk(): void
    {
        $service = $this->order();
        Php::page($this->whmcs, 'create', $service)->answer();
        Php::page($this->whmcs, 'cron')->answer();
        $this->assertReady($service);
        foreach (glob(dirname($this->whmcs->store) . '/*') ?: [] as $file) {
            $bytes = (string) file_get_contents($file);
            self::assertStringNotContainsString($this->simulator->about['token_secret'], $bytes, $file);
            self::assertStringNotContainsString('Ab3dE5gH1j', $bytes, $file);
        }
        $log = implode("\n", Capsule::table('tblmodulelog')->pluck('request')->all())
            . implode("\n", Capsule::table('tblmodulelog')->pluck('response')->all());
        self::assertStringNotContainsString($this->simulator->about['token_secret'], $log);
        self::assertStringNotContainsString('Ab3dE5gH1j', $log);
    }

    private function liveThrough(Fpm $fpm): void
    {
        $service = $this->order();
        self::assertSame(['success' => true, 'error' => ''], $fpm->result('test', 1));
        self::assertSame('success', $fpm->result('create', $service));
        $fpm->page('cron');
        $stored = json_decode($fpm->page('fields', $service), true)['result'];
        self::assertStringStartsWith(
            '<span class="proxmoxkvm-tag label label-success">Running</span> <strong>Ready</strong> <code>ready</code>',
            $stored['Local status']
        );
        self::assertStringContainsString($this->whmcs->row($service)->dedicatedip, $stored['Addresses']);
        self::assertSame('Active', $this->whmcs->row($service)->domainstatus);
        self::assertNotSame('', $this->whmcs->row($service)->dedicatedip);
        self::assertCount(1, array_filter(
            $this->simulator->pve()->machines(),
            static fn (array $vm): bool => $vm['status'] === 'running'
        ));
    }
}
