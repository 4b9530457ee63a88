<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\RealCore;

/** The life of an order with PHP under valgrind: no error and no lost block of the library. Only with VALGRIND set. */
final class ValgrindTest extends CoreTestCase
{
    private const OPTIONS = [
        '--leak-check=full',
        '--show-leak-kinds=definite,indirect',
        '--num-callers=40',
        '--suppressions=tests/abi/valgrind.supp',
    ];

    public function testAWholeLife(): void
    {
        if (getenv('VALGRIND') === false) {
            self::markTestSkipped('takes minutes: make valgrind');
        }
        $service = $this->order();
        foreach (['create', 'cron', 'suspend', 'unsuspend', 'terminate'] as $do) {
            $this->page($do, $service);
        }
        self::assertSame([], $this->simulator->pve()->machines());
        self::assertSame('Terminated', $this->whmcs->row($service)->domainstatus);
    }

    private function page(string $do, int $service): void
    {
        $front = dirname(__DIR__) . '/whmcs/front.php';
        $php = [PHP_BINARY, '-d', 'error_reporting=0', $front, $do, (string) $service];
        $pipes = [];
        $process = proc_open(
            ['valgrind', ...self::OPTIONS, ...$php],
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']],
            $pipes,
            dirname(__DIR__, 3),
            // PHP's own allocator would hide what is lost
            ['USE_ZEND_ALLOC' => '0'] + RealCore::environment() + $this->whmcs->environment() + getenv()
        );
        self::assertIsResource($process);
        $answer = (string) stream_get_contents($pipes[1]);
        $said = (string) stream_get_contents($pipes[2]);
        proc_close($process);

        self::assertStringContainsString('"result"', $answer, $said);
        self::assertStringContainsString('ERROR SUMMARY', $said);
        foreach (preg_split('/^==\d+== *$/m', $said) ?: [] as $finding) {
            // PHP's own findings are PHP's
            self::assertDoesNotMatchRegularExpression('/\.rs:\d|libproxmoxkvm/', $finding, "$do: $finding");
        }
    }
}
