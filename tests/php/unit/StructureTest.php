<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\ClassGraph;
use Tests\Support\Source;

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

    public function testNoClassLeadsBackToItself(): void
    {
        self::assertSame([], ClassGraph::circle(self::graph()->names));
    }

    /** Folders are floors: each uses only those below it. Native.php lies above them for the sake of preload files. */
    public function testNoFolderLeadsBackToItself(): void
    {
        $folders = self::graph()->folders(static fn (string $class): string => match (self::folder($class)) {
            'WHMCS\Module\Server\Proxmoxkvm' => 'WHMCS\Module\Server\Proxmoxkvm\Core',
            default => self::folder($class),
        });
        self::assertGreaterThan(10, count($folders));
        self::assertSame([], ClassGraph::circle($folders));
    }

    public function testACircleIsFound(): void
    {
        $class = static fn (string $name, string $use, string $body): string
            => "<?php namespace M\\$name; $use final class C { $body }";
        $sources = [
            $class('One', 'use M\Two\C as Other; /** M\Three\C */', '/* Other */ const A = "\M\Three\C";'),
            $class('Two', '', 'function c() { return \M\Three\C::class; }'),
            $class('Three', '', 'public ?int $c = null; function c() { return $this->c; }'),
        ];
        self::assertSame([], ClassGraph::circle((new ClassGraph($sources))->names));
        $sources[] = "<?php namespace M\Three; final class D extends C { }";
        self::assertSame([], ClassGraph::circle((new ClassGraph($sources))->names));
        $sources[2] = $class('Three', '', 'function c(): D { }');
        $circle = ClassGraph::circle((new ClassGraph($sources))->names);
        self::assertSame(['M\Three\C', 'M\Three\D', 'M\Three\C'], $circle);
        $sources[2] = $class('Three', 'use M\One\C as Far;', '');
        self::assertCount(4, ClassGraph::circle((new ClassGraph($sources))->names));
    }

    private static function graph(): ClassGraph
    {
        return new ClassGraph(array_map(file_get_contents(...), array_values(Source::files())));
    }

    private static function folder(string $class): string
    {
        return substr($class, 0, (int) strrpos($class, '\\'));
    }

    /** @return array<string, array{string}> */
    public function files(): array
    {
        return array_map(static fn (string $file): array => [$file], Source::files());
    }
}
