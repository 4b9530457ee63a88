<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\Php;
use Tests\Support\StubLibrary;
use Tests\Support\TempDir;

/** Whatever keeps the library from working is one sentence that says what to do. */
final class LoadingTest extends TestCase
{
    public function testTheHeaderIsReadAsItIs(): void
    {
        self::assertSame('0.1.0', $this->load(StubLibrary::shared()));
    }

    public function testTheCheckForTheCommandLine(): void
    {
        $check = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/check.php';
        $good = new Php([$check], ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()]);
        self::assertStringContainsString('The library works: version 0.1.0', $good->output());
        $bad = new Php([$check], ['PROXMOXKVM_LIBRARY' => '/nowhere.so']);
        self::assertStringContainsString('The library /nowhere.so is missing', $bad->output());
    }

    public function testNoExtension(): void
    {
        self::assertMatchesRegularExpression(
            '/^This PHP \(8\.\d+, cli, no php\.ini\) has no FFI extension: .*phpenmod ffi/',
            $this->load(StubLibrary::shared(), ['-n'])
        );
    }

    public function testFfiSwitchedOff(): void
    {
        $text = $this->load(StubLibrary::shared(), ['-d', 'ffi.enable=0']);
        self::assertStringStartsWith('FFI is switched off', $text);
        self::assertStringContainsString('php_admin_value[ffi.enable] = true', $text);
    }

    public function testNoLibrary(): void
    {
        $text = $this->load('/nowhere/libproxmoxkvm.so');
        self::assertStringStartsWith('The library /nowhere/libproxmoxkvm.so is missing', $text);
        self::assertStringContainsString(php_uname('m') . '-', $text);
    }

    public function testADamagedLibrary(): void
    {
        $library = $this->copy(static fn (string $bytes): string => substr($bytes, 0, 40));
        self::assertStringContainsString('damaged or made for another system (file too short)', $this->load($library));
    }

    public function testALibraryForAnotherProcessor(): void
    {
        // Byte 18 of an ELF file names the processor; 0xf3 is RISC-V.
        $library = $this->copy(static fn (string $bytes): string => substr_replace($bytes, "\xf3", 18, 1));
        self::assertStringContainsString('is made for another processor', $this->load($library));
    }

    public function testALibraryForANewerSystem(): void
    {
        $library = $this->copy(static fn (string $bytes): string => str_replace('GLIBC_2.', 'GLIBC_9.', $bytes));
        self::assertMatchesRegularExpression(
            '/needs a newer C library than this machine has \(GLIBC_9\.[\d.]+\)/',
            $this->load($library)
        );
    }

    public function testAnotherAbi(): void
    {
        self::assertStringStartsWith(
            'The library answers with ABI 3, these PHP files need ABI 2: restart php-fpm',
            $this->load(StubLibrary::build(3))
        );
    }

    public function testAHeaderOfAnotherVersion(): void
    {
        $text = $this->load(StubLibrary::build(2, "\nint32_t proxmoxkvm_from_the_future(void);\n"));
        self::assertStringContainsString('do not belong together', $text);
        self::assertStringContainsString('proxmoxkvm_from_the_future', $text);
    }

    public function testNoHeader(): void
    {
        $library = StubLibrary::build();
        unlink(dirname($library) . '/proxmoxkvm.h');
        self::assertStringStartsWith('The file proxmoxkvm.h is missing', $this->load($library));
    }

    /** @param list<string> $options of php */
    private function load(string $library, array $options = []): string
    {
        $code = 'require $argv[1]; try { echo WHMCS\Module\Server\Proxmoxkvm\Native::version(); }'
            . ' catch (WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable $why) { echo $why->getMessage(); }';
        $autoload = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/autoload.php';
        $arguments = [...$options, '-r', $code, $autoload];

        return (new Php($arguments, ['PROXMOXKVM_LIBRARY' => $library]))->output();
    }

    private function copy(callable $change): string
    {
        $directory = TempDir::make();
        copy(StubLibrary::header(), "$directory/proxmoxkvm.h");
        $bytes = (string) file_get_contents(StubLibrary::shared());
        file_put_contents("$directory/libproxmoxkvm.so", $change($bytes));

        return "$directory/libproxmoxkvm.so";
    }
}
