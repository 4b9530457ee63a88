<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\Php;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

/**
 * A script that is asked for help, or does not understand all of its arguments, says how it is used and no more.
 *
 * @group once
 */
final class ArgumentsTest extends StubTestCase
{
    private const DEMO = __DIR__ . '/../../demo/demo.php';
    private const DEMO_WORDS = [
        '--help' => 0, '-h' => 0, '--hlep' => 2, '/nowhere/pvesim' => 1, '/etc' => 1, '/bin/true' => 1,
    ];

    /** @dataProvider wrong @param list<string> $arguments */
    public function testWhatIsWrongDoesNothing(string $script, array $arguments): void
    {
        $this->assertSaysUsage($script, $arguments, 2);
    }

    /** @return iterable<string, array{string, list<string>}> */
    public function wrong(): iterable
    {
        $wrong = [
            'cron.php' => ['--dry-run', '1', '', '--', '-x', '--help=1'],
            'doctor.php' => ['--jsn', '--json=1', 'json', '-', '--json --json', '--JSON'],
            'check.php' => ['--repair --dry-run', '--repair=no', '--repair repair', '--Repair', '--forget', '--forget=',
                '--forget=0', '--forget=x', '--repair --forget=1', '--forget=1 --repair', '--forget=1 --forget=2'],
            'installation.php' => ['--moved --copy', '--copy --moved', '--copy --copy', '--move', '--copy=1', 'copy'],
            'import.php' => ['--product=1', '--product=1:2:3', '--product=a:b', '--server', '--apply=1',
                '--product 1:2',
                '--columns=a', '--columns=a,b --columns=c,d', 'x --apply', '--product=١:2'],
            'move.php' => ['--to', '--to=/a --to=/b', '/a', '--from=/a', '--TO=/a', '--to=/a extra'],
            'options.php' => ['', '1abc', '0', '-1', '01', '1 2', '1.5', '1e3', ' 1', '--product=1', '1;',
                '99999999999999999999'],
            '../lib/check.php' => ['x', '--verbose'],
        ];
        foreach ($wrong as $script => $lines) {
            foreach ($lines as $line) {
                yield "$script $line" => [$script, $line === ' 1' ? [$line] : explode(' ', $line)];
            }
        }
        yield 'options.php' => ['options.php', []];
        yield 'move.php' => ['move.php', []];
        yield 'options.php, two lines' => ['options.php', ["1\n"]];
    }

    /** @dataProvider help @param list<string> $arguments */
    public function testHelpDoesNothingElse(string $script, array $arguments): void
    {
        $this->assertSaysUsage($script, $arguments, 0);
    }

    /** @return iterable<string, array{string, list<string>}> */
    public function help(): iterable
    {
        foreach (['cron', 'doctor', 'check', 'import', 'installation', 'move', 'options', '../lib/check'] as $script) {
            yield "$script --help" => ["$script.php", ['--help']];
            yield "$script -h" => ["$script.php", ['-h']];
        }
        yield 'beside others' => ['options.php', ['1', '--help']];
        yield 'beside one that changes' => ['check.php', ['--repair', '--help']];
    }

    /** Crontabs and notes name the paths that the scripts had before they lay in bin/. */
    public function testTheFormerPathsLeadToTheScripts(): void
    {
        $module = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm';
        $this->whmcs->product();
        $arguments = ['import.php' => ['--product=1:2', '--server=1:2'], 'options.php' => ['7'],
            'installation.php' => ['--moved'], 'move.php' => ['--to=/proc/none/store.db']];
        $this->replyTo('due', ['ok' => false, 'code' => 'store', 'message' => 'The disk is full.']);
        foreach (['check.php', 'cron.php', 'doctor.php', ...array_keys($arguments)] as $script) {
            self::assertFileExists("$module/bin/$script");
            $new = $this->whmcs->script($script, $arguments[$script] ?? []);
            $expected = $new->output();
            $old = $this->whmcs->script("../$script", $arguments[$script] ?? []);
            $said = $all[$script] = $old->output();
            self::assertSame($expected, $said);
            self::assertSame([$new->status(), $expected === ''], [$old->status(), $script === 'check.php'], $said);
            $wrong = $this->whmcs->script("../$script", ['--none']);
            self::assertStringStartsWith("Use: $script", $wrong->output());
            self::assertSame(2, $wrong->status());
        }
        self::assertStringContainsString('The disk is full.', $all['cron.php'], 'WHMCS and the library are there');
    }

    public function testWhatMayBeASecretIsNotRepeated(): void
    {
        foreach (['--form=mysql://ada:s3cret@db/whmcs', 'mysql://ada:s3cret@db/whmcs'] as $argument) {
            $said = $this->whmcs->script('move.php', [$argument])->output();
            self::assertStringStartsWith('Use: move.php', $said);
            self::assertStringNotContainsString('s3cret', $said);
        }
    }

    public function testTheDemoSaysOneSentence(): void
    {
        foreach (self::DEMO_WORDS as $word => $status) {
            $demo = new Php([self::DEMO, $word]);
            $said = $demo->output();
            self::assertSame($status, $demo->status(), $said);
            self::assertSame(1, substr_count($said, "\n"), $said);
            self::assertStringNotContainsString('Warning', $said);
        }
    }

    /** @param list<string> $arguments */
    private function assertSaysUsage(string $script, array $arguments, int $status): void
    {
        $product = $this->whmcs->product();
        $this->whmcs->service($product, $this->whmcs->server());
        // Where WHMCS cannot even begin, how a script is used can be said.
        $run = $this->whmcs->script($script, $arguments, ['WHMCS_DB' => '/nowhere/none.sqlite']);
        $said = $run->output();
        self::assertStringStartsWith('Use: ' . basename($script), $said);
        self::assertDoesNotMatchRegularExpression('/[^. ] \S+ is not understood/', $said, 'a sentence of its own');
        self::assertSame(1, substr_count($said, "\n"), $said);
        self::assertSame($status, $run->status(), $said);
        self::assertSame([], glob("{$this->whmcs->directory}/*.requests"));
        self::assertSame(0, Capsule::table('tblproductconfigoptions')->count());
    }
}
