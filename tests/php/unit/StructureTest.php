<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use Tests\Support\ClassGraph;
use Tests\Support\Source;
use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;

/** The rules that keep the module readable, checked on its source. */
final class StructureTest extends TestCase
{
    private const LONGEST_FILE = 200;
    private const MEDIAN = 60;
    private const LONGEST_FUNCTION = 70;
    private const LONGEST_TEMPLATE = 120;

    private const SERVER = __DIR__ . '/../../../php/modules/servers/proxmoxkvm';

    /** @dataProvider files */
    public function testAFileIsStrictAndShort(string $file): void
    {
        $source = (string) file_get_contents($file);
        self::assertStringContainsString('declare(strict_types=1);', $source);
        self::assertLessThanOrEqual(self::LONGEST_FILE, substr_count($source, "\n"));
        foreach (Source::functions($source) as $name => $lines) {
            self::assertLessThanOrEqual(self::LONGEST_FUNCTION, $lines, $name);
        }
    }

    /** Half of all files are read without turning a page. */
    public function testMostFilesAreShort(): void
    {
        $lines = array_map(static fn (string $file): int => substr_count(self::text($file), "\n"), Source::files());
        sort($lines);
        self::assertLessThanOrEqual(self::MEDIAN, $lines[intdiv(count($lines), 2)]);
    }

    public function testEveryFunctionIsMeasured(): void
    {
        $source = "<?php\nfunction one() {\n if (1) {\n \"{\$a}\";\n }\n}\n"
            . "abstract class A { abstract function two();\nfunction three() { return function () {\n};\n}}\n";
        self::assertSame(['one' => 5, 'two' => 1, 'three' => 3, '' => 2], Source::functions($source));
    }

    /** They are files, so that a browser keeps them and a Content-Security-Policy can forbid all others. */
    public function testNoScriptAndNoStyleStandInAPage(): void
    {
        $pages = glob(self::SERVER . '/templates/client/{,*/}*.tpl', GLOB_BRACE) ?: [];
        self::assertNotSame([], $pages);
        foreach ($pages as $template) {
            self::assertLessThanOrEqual(self::LONGEST_TEMPLATE, substr_count(self::text($template), "\n"), $template);
        }
        foreach ([...$pages, ...array_values(Source::files())] as $file) {
            $script = '<script(?! src="[^"]+"(?: type="module")?><\/script>)';
            $inline = "/<style|\\bstyle=|$script|<[^<>]*\\son\\w+=|javascript:/i";
            self::assertDoesNotMatchRegularExpression($inline, self::text($file), $file);
        }
        foreach (glob(self::SERVER . '/assets/*.js') ?: [] as $file) {
            $forbidden = '/innerHTML|insertAdjacentHTML|document\.write|\beval\b|setAttribute\(.style/';
            self::assertDoesNotMatchRegularExpression($forbidden, self::text($file), $file);
        }
    }

    public function testAnAssetHasAnotherAddressOnceItIsAnotherFile(): void
    {
        foreach (['client.js', 'graphs.js', 'client.css', 'admin.css'] as $name) {
            $url = Asset::url($name);
            $version = hash_file('crc32b', self::SERVER . "/assets/$name");
            self::assertSame("modules/servers/proxmoxkvm/assets/$name?v=$version", $url);
        }
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
            // A parameter of WHMCS's API, a type of its prices and a field of its cart have the same names.
            ["['serviceid' => \$service]", "'type' => 'configoptions'", "\$item['configoptions']"],
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

    private static function text(string $file): string
    {
        return (string) file_get_contents($file);
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
