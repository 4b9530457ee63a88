<?php

declare(strict_types=1);

namespace Tests\Core;

use PHPUnit\Framework\TestCase;
use Tests\Support\Php;
use Tests\Support\RealCore;
use Tests\Support\Simulator;

/** `make demo`, in fast motion. */
final class DemoTest extends TestCase
{
    private const DEMO = __DIR__ . '/../../demo/demo.php';

    protected function setUp(): void
    {
        if (Simulator::binary() === null || !RealCore::exists()) {
            self::markTestSkipped('needs the library (PROXMOXKVM_LIBRARY) and the simulator (PVESIM)');
        }
    }

    public function testFromAnOrderToAReadyMachineAndAway(): void
    {
        $secret = 'a-secret-that-shows';
        $arguments = [self::DEMO, (string) Simulator::binary(), '--scale', '0.02', '--secret', $secret];
        $demo = new Php($arguments, RealCore::environment() + ['CLEANUP' => '1', 'PACKAGE_RAM' => '3']);
        $said = $demo->output();

        self::assertSame(0, $demo->status(), $said);
        self::assertStringContainsString('memory: 3072', $said);
        self::assertStringContainsString('The VM is gone.', $said);
        self::assertStringNotContainsString($secret, $said);
        $report = json_decode((string) file_get_contents(dirname(__DIR__, 3) . '/target/demo.json'), true);
        self::assertSame('ready', $report['final_status']);
        self::assertSame('creation', $report['statuses'][0][0]);
        self::assertSame('ready', $report['statuses'][count($report['statuses']) - 1][0]);
        self::assertSame(2, $report['requests']['rules']);
        self::assertSame(array_sum($report['requests']['by_kind']), $report['requests']['total']);
    }

    public function testTheWholeLife(): void
    {
        $demo = new Php([self::DEMO, (string) Simulator::binary(), '--scale', '0.02'], RealCore::environment());
        $said = $demo->output();
        self::assertSame(0, $demo->status(), $said);
        $report = json_decode((string) file_get_contents(dirname(__DIR__, 3) . '/target/demo.json'), true);
        self::assertCount(7, $report['life']);
        self::assertSame('ready', $report['final_status']);
    }

    public function testAWrongPackageOptionIsNamed(): void
    {
        $arguments = [self::DEMO, (string) Simulator::binary()];
        $demo = new Php($arguments, RealCore::environment() + ['PACKAGE_CORS' => '3']);
        self::assertStringContainsString('did you mean PACKAGE_CORES?', $demo->output());
        self::assertSame(1, $demo->status());
    }
}
