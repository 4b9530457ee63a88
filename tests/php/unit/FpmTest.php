<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\Fpm;
use Tests\Support\StubLibrary;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

/** The three ways in which a php-fpm can be set up for FFI. */
final class FpmTest extends StubTestCase
{
    public function testAllowedInThePool(): void
    {
        $fpm = $this->fpm(Fpm::ALLOWED);
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        self::assertSame('success', $fpm->result('create', $service));
        self::assertSame('success', $fpm->result('suspend', $service));

        self::assertSame('admin', $this->requests('create')[0]['actor']);
        // A page opens one core, and closes it when it ends.
        self::assertCount(2, $this->requests('open'));
        self::assertCount(2, file($this->whmcs->directory . '/close.requests'));
    }

    public function testPreloadedGate(): void
    {
        $gate = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/Native.php';
        file_put_contents($this->whmcs->directory . '/preload.php', "<?php require '$gate';");
        $fpm = $this->fpm([], [
            'opcache.enable' => '1',
            'opcache.preload' => $this->whmcs->directory . '/preload.php',
        ]);
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        self::assertSame('success', $fpm->result('create', $service));
    }

    public function testALibraryThatIsReplacedUnderARunningPhpFpmIsNoticed(): void
    {
        $old = StubLibrary::build(2, '', '0.0.9');
        $library = StubLibrary::build();
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $this->replyTo('show', ['service' => ['id' => $service, 'status' => 'ready']]);
        $environment = ['PROXMOXKVM_LIBRARY' => $library];
        $fresh = (string) file_get_contents($library);
        $replace = static function (string $bytes) use ($library): void {
            // As unzip does it: another file of the same name.
            file_put_contents("$library.new", $bytes);
            rename("$library.new", $library);
        };
        $replace((string) file_get_contents($old));
        $fpm = new Fpm($this->whmcs, ['pm.max_children' => '1'] + Fpm::ALLOWED, [], $environment);
        $said = static fn (Fpm $fpm): string => $fpm->result('fields', $service)['Library'] ?? '';
        self::assertStringContainsString('says version 0.0.9', $said($fpm));
        $replace($fresh);
        self::assertStringContainsString('restart php-fpm', $said($fpm), 'the old one is still mapped');
        unset($fpm);
        $restarted = new Fpm($this->whmcs, Fpm::ALLOWED, [], $environment);
        self::assertSame('', $said($restarted));
    }

    public function testNeitherIsExplained(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $text = $this->fpm([])->result('create', $service);
        self::assertStringContainsString('(ffi.enable = preload)', $text);
        self::assertStringContainsString('php_admin_value[ffi.enable] = true', $text);
    }

    public function testSwitchedOffIsExplained(): void
    {
        $fpm = $this->fpm(['php_admin_value[ffi.enable]' => '0']);
        self::assertStringStartsWith('FFI is switched off', $fpm->result('test', $this->whmcs->server())['error']);
        self::assertStringStartsWith('FFI is switched off', $fpm->result('fields', 1)['Local status']);
    }

    public function testAStoreInsideTheWebRootIsRefused(): void
    {
        $store = dirname(__DIR__) . '/whmcs/private/store.db';
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED, [], [
            'PROXMOXKVM_LIBRARY' => StubLibrary::shared(),
            'PROXMOXKVM_STORE' => $store,
        ]);
        self::assertStringContainsString(
            "would lie inside the web root",
            $fpm->result('test', $this->whmcs->server())['error']
        );
    }

    public function testWithoutASettingWebAndCronRefuseAStoreBesideAWhmcsInAFolderOfASite(): void
    {
        $url = ['setting' => 'SystemURL', 'value' => 'https://example.com/whmcs/'];
        Capsule::table('tblconfiguration')->insert($url);
        $environment = ['PROXMOXKVM_STORE' => '', 'PROXMOXKVM_LIBRARY' => StubLibrary::shared()];
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED, [], $environment);
        $said = [
            $fpm->result('test', $this->whmcs->server())['error'],
            $this->whmcs->script('cron.php', [], $environment)->output(),
        ];
        foreach ($said as $sentence) {
            self::assertMatchesRegularExpression('/The store \S+-proxmoxkvm\/store.db would lie inside/', $sentence);
        }
        self::assertSame([], $this->requests('open'));
    }

    /**
     * @param array<string, string> $pool
     * @param array<string, string> $ini
     */
    private function fpm(array $pool, array $ini = []): Fpm
    {
        $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());

        return new Fpm($this->whmcs, $pool, $ini, ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()]);
    }
}
