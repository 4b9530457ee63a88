<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\Php;
use Tests\Support\StubLibrary;
use Tests\Support\TempDir;
use WHMCS\Module\Addon\Proxmoxkvm\Addon;
use WHMCS\Module\Server\Proxmoxkvm\Console\Page;
use WHMCS\Module\Server\Proxmoxkvm\Support\Machine;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;

/** What is in the archive of a release, and how its PHP files treat the library that came with them. */
final class ArchiveTest extends TestCase
{
    private const ROOT = __DIR__ . '/../../..';
    private const MODULE = 'modules/servers/proxmoxkvm';

    public function testTheVersionIsSaidOnce(): void
    {
        preg_match('/^version = "(.+)"$/m', (string) file_get_contents(self::ROOT . '/Cargo.toml'), $found);
        self::assertSame([$found[1], $found[1]], [Module::VERSION, Addon::VERSION]);
        self::assertStringContainsString("## $found[1]", (string) file_get_contents(self::ROOT . '/CHANGELOG.md'));
    }

    public function testTheArchiveHoldsBothModulesAndNothingElse(): void
    {
        exec('cd ' . escapeshellarg(self::ROOT) . ' && .ci/dist/pack.py --list', $list, $status);
        self::assertSame(0, $status);
        $files = [];
        exec('cd ' . escapeshellarg(self::ROOT . '/php') . ' && git ls-files modules', $files);
        $texts = [];
        exec('cd ' . escapeshellarg(self::ROOT) . " && git ls-files '*.md' LICENSE docs ':!php' ':!tests'", $texts);
        self::assertSame([], array_diff(['README.md', 'docs/problems.md', 'CHANGELOG.md'], $texts));
        // The viewer of consoles is in no commit: its core, unchanged, with its licence.
        $viewer = preg_grep('#/assets/(novnc|xterm)-[\d.]+/#', $list);
        $isFetched = $viewer !== [];
        self::assertSame($isFetched, in_array(self::MODULE . '/assets/' . Page::VIEWER, $viewer, true));
        foreach ($isFetched ? ['LICENSE.txt', 'LICENSE.MPL-2.0'] : [] as $licence) {
            self::assertNotSame([], preg_grep("#/novnc-[\d.]+/$licence$#", $viewer));
        }
        $own = array_diff($list, $files, $viewer);
        self::assertSame([], array_diff($files, $list), 'every file of the modules that git knows');
        sort($own);
        self::assertEqualsCanonicalizing(array_map(static fn (string $file): string => self::MODULE . "/$file", [
            ...$texts,
            'THIRD-PARTY-LICENSES.txt',
            'lib/native/<platform>/libproxmoxkvm.so',
            'lib/native/<platform>/proxmoxkvm.h',
            'lib/native/SHA256SUMS',
            'sbom.cdx.json',
        ]), array_values($own));
        $scripts = [
            'doctor.php', 'import.php', 'installation.php', 'move.php', 'cron.php', 'options.php', 'check.php',
        ];
        self::assertContains(self::MODULE . '/bin/console.php', $list);
        self::assertContains(self::MODULE . '/bin/proxmoxkvm-console.service', $list);
        $bin = array_map(static fn (string $script): string => "bin/$script", $scripts);
        foreach ([...$scripts, ...$bin, 'hooks.php', 'proxmoxkvm.php', 'lib/Native.php'] as $file) {
            self::assertContains(self::MODULE . "/$file", $list);
        }
    }

    public function testTheLibraryOfTheArchiveIsCheckedOnceForEachDeployment(): void
    {
        [$module, $library] = $this->unpacked();
        $store = TempDir::make() . '/store.db';
        self::assertSame(Module::VERSION, $this->version($module, $store));
        self::assertFileExists(dirname($store) . '/library-verified-cli');

        // Remembered: the list is not read against the same file again.
        $list = dirname($library, 2) . '/SHA256SUMS';
        $sums = (string) file_get_contents($list);
        file_put_contents($list, strtr($sums, '0123456789', '1234567890'));
        self::assertSame(Module::VERSION, $this->version($module, $store));
        self::assertStringContainsString('not the one of the archive', $this->version($module, '/nowhere/store.db'));
        file_put_contents($list, $sums);

        // Another file is another deployment.
        file_put_contents($library, 'x', FILE_APPEND);
        self::assertStringContainsString("$library is not the one of the archive", $this->version($module, $store));
        unlink($list);
        self::assertSame(Module::VERSION, $this->version($module, $store), 'a working copy has no list');
    }

    public function testALibraryOfAnotherVersionIsSaid(): void
    {
        $code = 'require $argv[1]; echo WHMCS\Module\Server\Proxmoxkvm\Core\LibraryInUse::outdated();';
        $autoload = self::ROOT . '/php/' . self::MODULE . '/lib/autoload.php';
        $said = static fn (string $library): string
            => (new Php(['-r', $code, $autoload], ['PROXMOXKVM_LIBRARY' => $library]))->output();
        self::assertSame('', $said(StubLibrary::shared()));
        self::assertStringContainsString('says version 0.0.9, these PHP files are version ' . Module::VERSION
            . ': restart php-fpm', $said(StubLibrary::build(2, '', '0.0.9')));
    }

    /** @return array{string, string} the module as it is unpacked, and its library */
    private function unpacked(): array
    {
        $root = TempDir::make();
        exec('cp -r ' . escapeshellarg(self::ROOT . '/php/modules') . ' ' . escapeshellarg($root));
        $module = "$root/" . self::MODULE;
        $platform = Machine::platform();
        mkdir("$module/lib/native/$platform", 0755, true);
        $sums = '';
        foreach (['libproxmoxkvm.so', 'proxmoxkvm.h'] as $name) {
            $source = dirname(StubLibrary::shared()) . "/$name";
            copy($source, "$module/lib/native/$platform/$name");
            $sums .= hash_file('sha256', $source) . "  $platform/$name\n";
        }
        file_put_contents("$module/lib/native/SHA256SUMS", $sums);

        return [$module, "$module/lib/native/$platform/libproxmoxkvm.so"];
    }

    private function version(string $module, string $store): string
    {
        $code = 'require $argv[1]; try { echo WHMCS\Module\Server\Proxmoxkvm\Native::version(); }'
            . ' catch (WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable $why) { echo $why->getMessage(); }';
        $environment = ['PROXMOXKVM_LIBRARY' => '', 'PROXMOXKVM_STORE' => $store];

        return (new Php(['-r', $code, "$module/lib/autoload.php"], $environment))->output();
    }
}
