<?php

declare(strict_types=1);

namespace Tests\Core;

use PHPUnit\Framework\TestCase;
use Tests\Support\Installation;
use Tests\Support\Php;
use Tests\Support\RealCore;
use Tests\Support\Source;

/** The real library without any Proxmox VE. */
final class LibraryTest extends TestCase
{
    private Installation $whmcs;

    protected function setUp(): void
    {
        if (!RealCore::exists()) {
            self::markTestSkipped('needs the library (PROXMOXKVM_LIBRARY)');
        }
        $this->whmcs = new Installation();
    }

    public function testTheButtonsAreTheLabelsOfTheStepTable(): void
    {
        $press = "/^function proxmoxkvm_(\w+)[^{]*\{\s*return Entry::button\(__FUNCTION__,/m";
        preg_match_all($press, Source::text('servers'), $functions);
        $code = 'require $argv[1]; echo json_encode(WHMCS\Module\Server\Proxmoxkvm\Service\Buttons::all());';
        $autoload = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/autoload.php';
        $buttons = json_decode((new Php(['-r', $code, $autoload], RealCore::environment()))->output(), true);
        self::assertSame('SetCpuRam', $buttons['**Set CPU RAM ->']);
        self::assertEqualsCanonicalizing(array_values($buttons), $functions[1]);
        self::assertSame(proxmoxkvm_AdminCustomButtonArray(), $buttons);
    }

    public function testAnUnreachableServerIsASentenceAndStaysOnTheService(): void
    {
        $server = $this->whmcs->server(['hostname' => '127.0.0.1', 'port' => '1']);
        $service = $this->whmcs->service($this->whmcs->product(['os_template' => '9000']), $server);
        $text = Php::page($this->whmcs, 'create', $service)->answer()['result'];
        self::assertStringContainsString('127.0.0.1', $text);
        self::assertSame('Pending', $this->whmcs->row($service)->domainstatus);

        $fields = Php::page($this->whmcs, 'fields', $service)->answer()['result'];
        self::assertStringContainsString('<code>creation</code>', $fields['Local status']);
        self::assertStringContainsString('127.0.0.1', $fields['Error']);
    }

    public function testTheStoreIsPrivate(): void
    {
        $this->call('due', ['limit' => 1]);
        self::assertSame('0700', substr(sprintf('%o', fileperms(dirname($this->whmcs->store))), -4));
        foreach (glob($this->whmcs->store . '*') ?: [] as $file) {
            self::assertSame('0600', substr(sprintf('%o', fileperms($file)), -4), $file);
        }
    }

    /**
     * @param array<string, mixed> $request
     * @return array<string, mixed>
     */
    private function call(string $verb, array $request): array
    {
        $environment = RealCore::environment() + $this->whmcs->environment();

        return Php::call($verb, $request, $environment);
    }
}
