<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;
use WHMCS\Module\Server\Proxmoxkvm\Client\AddressGuide;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientGraphs;
use WHMCS\Module\Server\Proxmoxkvm\Client\TrafficTable;

/** What the tabs Network and Graphs say beside what their pages are made of. */
final class NetworkTabTest extends TestCase
{
    protected function tearDown(): void
    {
        unset($_SESSION['Language']);
    }

    /** @return array<string, mixed> */
    private static function address(string $address, int $family, int $prefix): array
    {
        return ['address' => $address, 'family' => $family, 'prefix' => $prefix];
    }

    public function testFurtherAddressesAreSetUpWithTheirValues(): void
    {
        $network = [
            self::address('192.0.2.10', 4, 24),
            self::address('192.0.2.11', 4, 24),
            self::address('2001:db8::10', 6, 64),
            self::address('198.51.100.7', 4, 32),
            self::address('2001:db8::11', 6, 64),
        ];
        [$netplan, $ifupdown, $manager] = AddressGuide::of($network);
        self::assertStringContainsString(<<<'YAML'
              addresses:
                - "192.0.2.11/24"
                - "198.51.100.7/32"
                - "2001:db8::11/64"
        YAML, $netplan['text']);
        self::assertStringNotContainsString('192.0.2.10', $netplan['text'], 'cloud-init gives that');
        self::assertSame('netplan apply', $netplan['run']);
        self::assertStringContainsString("iface eth0 inet static\n    address 192.0.2.11/24", $ifupdown['text']);
        self::assertStringContainsString("iface eth0 inet6 static\n    address 2001:db8::11/64", $ifupdown['text']);
        self::assertStringContainsString('ip address add 198.51.100.7/32 dev eth0', $ifupdown['run']);
        self::assertStringContainsString('+ipv6.addresses 2001:db8::11/64', $manager['text']);
        self::assertStringContainsString('+ipv4.addresses 192.0.2.11/24', $manager['text']);
    }

    public function testThereIsNothingToSetUpForTheFirstOfEachFamily(): void
    {
        $first = [self::address('192.0.2.10', 4, 24), self::address('2001:db8::10', 6, 64)];
        self::assertSame([], AddressGuide::of($first));
        self::assertSame([], AddressGuide::of([]));
    }

    public function testTrafficIsToldByMonthAndOfWhatIsSold(): void
    {
        $month = static fn (string $name, int $in, int $out): array
            => ['month' => $name, 'bytes_in' => $in, 'bytes_out' => $out, 'counted' => $out];
        $traffic = ['month' => '2026-11', 'counts' => 'out', 'quota_bytes' => 2_000_000_000_000, 'months' => [
            $month('2026-11', 5, 500_000_000_000),
            $month('2026-10', 7_250_000_000, 1_000_000_000_000),
        ]];
        $table = TrafficTable::of($traffic);
        self::assertSame('500 GB of 2 TB this month', $table['now']);
        self::assertSame([true, 25], [$table['has_quota'], $table['percent']]);
        self::assertSame(['50', '100'], array_map('strval', array_column($table['rows'], 'share')));
        self::assertSame(['0 MB', '7.25 GB'], array_column($table['rows'], 'in'));
        $_SESSION['Language'] = 'french';
        self::assertSame('7,25 Go', TrafficTable::of($traffic)['rows'][1]['in']);

        unset($_SESSION['Language']);
        $none = TrafficTable::of(['month' => '2026-12', 'quota_bytes' => null, 'months' => $traffic['months']]);
        self::assertSame(['0 MB this month', false, 0], [$none['now'], $none['has_quota'], $none['percent']]);
        self::assertSame([], TrafficTable::of([])['rows']);
        $over = ['month' => '2026-11', 'quota_bytes' => 1, 'months' => [$month('2026-11', 0, 9)]];
        self::assertSame(100, TrafficTable::now($over)['percent']);
    }

    public function testTheFileOfValuesIsForPrograms(): void
    {
        $_SESSION['Language'] = 'german';
        $points = [
            ['at' => 1795359845, 'cpu' => 0.25, 'memory' => 1024.0, 'memory_max' => 2048, 'disk_read' => null,
                'disk_write' => 1.5, 'net_in' => 7],
        ];
        self::assertSame(
            "time,cpu,memory,memory_max,disk_read,disk_write,net_in,net_out\r\n"
            . "2026-11-22T15:04:05Z,0.25,1024,2048,,1.5,7,\r\n",
            ClientGraphs::csv($points)
        );
    }

    public function testWithoutTheScriptTheNumbersAreATable(): void
    {
        $point = ['at' => 1795359845, 'cpu' => 0.25, 'memory' => 1 << 30, 'memory_max' => 3 << 29, 'net_in' => 125_000];
        $page = ClientGraphs::forPage(['timeframe' => 'week', 'points' => [$point]]);
        self::assertSame('week', $page['open']);
        self::assertSame(['25%', '1 GB', '1.5 GB', '', '', '1 Mbit/s', ''], $page['rows'][0]['cells']);
        self::assertCount(7, $page['columns']);
        self::assertSame(['day', []], [ClientGraphs::forPage(null)['open'], ClientGraphs::forPage(null)['rows']]);
    }
}
