<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;

/** The rules that keep the module readable, checked on its source. */
final class StructureTest extends TestCase
{
    private const LONGEST_FILE = 200;

    /** No class, but a function for everything that WHMCS calls, three lines each. */
    private const LONGEST_LIST = 400;

    /** @dataProvider files */
    public function testAFileIsStrictAndShort(string $file): void
    {
        $source = (string) file_get_contents($file);
        self::assertStringContainsString('declare(strict_types=1);', $source);
        $longest = basename($file) === 'proxmoxkvm.php' ? self::LONGEST_LIST : self::LONGEST_FILE;
        self::assertLessThanOrEqual($longest, substr_count($source, "\n"));
    }

    /** @dataProvider files */
    public function testOnlyNativeUsesFfi(string $file): void
    {
        $uses = preg_match('/\bFFI::|use FFI\b|FFI\\\\/', (string) file_get_contents($file)) === 1;
        self::assertSame(basename($file) === 'Native.php', $uses, 'FFI belongs to Native.php');
    }

    /** @dataProvider files */
    public function testOnlyParamsKnowsTheKeysOfWhmcsParams(string $file): void
    {
        $knows = preg_match('/[\'"](serviceid|serverhostname|serverpassword|configoptions|addonId)[\'"]/', str_replace(
            // A parameter of WHMCS's API and a type of its prices have the same names.
            ["['serviceid' => \$service]", "'type' => 'configoptions'"],
            '',
            (string) file_get_contents($file)
        )) === 1;
        self::assertSame(basename($file) === 'Params.php', $knows);
    }

    /** @return array<string, array{string}> */
    public function files(): array
    {
        $modules = dirname(__DIR__, 3) . '/php/modules';
        $files = [];
        foreach (glob("$modules/*/proxmoxkvm/{lib/,}*.php", GLOB_BRACE) ?: [] as $file) {
            $files[substr($file, strlen($modules) + 1)] = [$file];
        }

        return $files;
    }
}
