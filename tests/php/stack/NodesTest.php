<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\CoreTestCase;
use Tests\Support\Installation;
use Tests\Support\MariaDb;
use Tests\Support\Php;
use Tests\Support\RealCore;
use Tests\Support\Simulator;
use Tests\Support\WebServer;
use WHMCS\Database\Capsule;

/**
 * Three web servers with a cron each, on one MariaDB that holds WHMCS and the store. In the middle of many orders one
 * php-fpm and one cron are killed. CREATES says how many orders there are.
 */
final class NodesTest extends CoreTestCase
{
    private const CREATES = 60;
    private const SCALE = '0.005';
    private const LINE = 'vmbr0|0|10.9.0.10-10.9.3.250|22|10.9.0.1|10.9.0.1';
    private const SMALL = ['ram' => '0.25', 'system_disk' => '0', 'additional_disk' => '0'];

    private const AT_WORK_SECONDS = 0.7;

    /** Until all is ready: some, and some for each order. */
    private const SECONDS = 120;
    private const SECONDS_EACH = 2;

    /** @var list<WebServer> */
    private array $servers = [];

    /** @var list<int> orders whose page was cut off */
    private array $cut = [];

    private int $answered = 0;
    private bool $isACronDead = false;

    protected function setUp(): void
    {
        parent::setUp();
        $this->whmcs = new Installation(null, MariaDb::database('n0des'), 'mysql:');
        $this->simulator = new Simulator((string) Simulator::binary(), ['--scale', self::SCALE]);
    }

    public function testOrdersAreSharedAndSurviveTheDeathOfAMasterAndOfACron(): void
    {
        $count = (int) (getenv('CREATES') ?: self::CREATES);
        $orders = [];
        for ($order = 0; $order < $count; $order++) {
            $orders[] = $this->order(self::SMALL);
        }
        Capsule::table('tblservers')->update(['assignedips' => self::LINE]);
        for ($server = 0; $server < 3; $server++) {
            $this->servers[] = new WebServer($this->whmcs, 'mysql:');
        }
        $this->createAll($orders);
        self::assertNotSame([], $this->cut, 'the kill was not in the middle');
        $this->untilReady(array_diff($orders, $this->cut));
        self::assertTrue($this->isACronDead, 'no cron was at work for long enough');
        // WHMCS knows of no success: the button is pressed again. An order that the core has is not changed by that.
        foreach ($this->cut as $order) {
            $this->servers[0]->create($order);
            while ($this->servers[0]->isWaiting()) {
                self::assertSame([], array_diff($this->servers[0]->answers(), ['success']));
                usleep(5000);
            }
        }
        $this->untilReady($orders);
        $this->assertNothingLostAndNothingTwice($orders);
        // Of a few orders, one cron may take all that the pages leave.
        $atWork = array_filter(
            [$this->servers[0], $this->servers[1]],
            static fn (WebServer $server): bool => str_contains($server->log(), ' → ')
        );
        self::assertGreaterThanOrEqual($count < 200 ? 1 : 2, count($atWork), 'the crons had their share');
        foreach ($this->servers as $server) {
            $refused = '/lock|busy|being worked on|could not|Warning|Fatal/i';
            self::assertDoesNotMatchRegularExpression($refused, $server->log());
        }
    }

    /** @param list<int> $orders */
    private function createAll(array $orders): void
    {
        [$first, $second] = [intdiv(count($orders), 3), intdiv(count($orders), 2)];
        while ($orders !== [] || $this->isWaiting()) {
            foreach ($this->servers as $server) {
                $server->cron();
                while ($orders !== [] && $server->isFree()) {
                    $server->create(array_shift($orders));
                }
                foreach ($server->answers() as $order => $answer) {
                    if ($answer === null) {
                        $this->cut[] = $order;
                    } else {
                        self::assertSame('success', $answer, "order $order");
                        $this->answered++;
                    }
                }
            }
            if ($this->answered >= $first) {
                $this->killACron();
            }
            if ($this->answered >= $second && $this->cut === [] && $this->servers[1]->isWaiting()) {
                $this->servers[1]->killFpm();
            }
            usleep(5000);
        }
    }

    /** One that has been at work for a while, and had not come to its end. */
    private function killACron(): void
    {
        if (!$this->isACronDead && $this->servers[2]->cronRunsFor() > self::AT_WORK_SECONDS) {
            $this->servers[2]->killCron();
            $this->isACronDead = true;
        }
    }

    private function isWaiting(): bool
    {
        return array_filter($this->servers, static fn (WebServer $server): bool => $server->isWaiting()) !== [];
    }

    /** @param list<int> $orders */
    private function untilReady(array $orders): void
    {
        $end = time() + self::SECONDS + self::SECONDS_EACH * count($orders);
        $isReady = static fn (array $counts): bool => array_sum($counts) >= count($orders)
            && array_sum($counts) === ($counts['ready'] ?? 0);
        do {
            for ($pause = 0; $pause < 20; $pause++) {
                $this->killACron();
                array_map(static fn (WebServer $server) => $server->cron(), $this->servers);
                usleep(50_000);
            }
            $counts = $this->call('overview', ['limit' => 1])['counts'];
            self::assertLessThan($end, time(), json_encode($counts));
        } while (!$isReady($counts));
        // What WHMCS shows, and the mails: at most one more run.
        while (Capsule::table('tblemails')->count() < count($orders)) {
            array_map(static fn (WebServer $server) => $server->cron(), $this->servers);
            self::assertLessThan($end, time(), 'mails: ' . Capsule::table('tblemails')->count());
            usleep(50_000);
        }
    }

    /** @param list<int> $orders */
    private function assertNothingLostAndNothingTwice(array $orders): void
    {
        $count = count($orders);
        $services = $this->call('overview', ['limit' => 1000])['services'];
        self::assertEqualsCanonicalizing($orders, array_column($services, 'id'));
        self::assertSame(['ready'], array_values(array_unique(array_column($services, 'status'))));
        self::assertCount($count, array_unique(array_column($services, 'vmid')));
        $machines = array_column($this->simulator->pve()->machines(), null, 'vmid');
        self::assertCount($count, $machines);
        self::assertSame(['running'], array_values(array_unique(array_column($machines, 'status'))));
        $addresses = [];
        foreach ($services as $service) {
            self::assertCount(1, $service['addresses']);
            [$address] = $service['addresses'];
            $addresses[$address] = true;
            self::assertSame($service['name'], $machines[$service['vmid']]['name']);
            $config = $this->simulator->pve()->get("/nodes/{$service['node']}/qemu/{$service['vmid']}/config");
            self::assertStringContainsString("ip=$address/22", $config['ipconfig0']);
            $row = $this->whmcs->row($service['id']);
            self::assertSame(['Active', $address], [$row->domainstatus, $row->dedicatedip]);
        }
        self::assertCount($count, $addresses);
        self::assertSame($count, Capsule::table('tblemails')->count());
        $counters = $this->simulator->control('counters');
        unset($counters['schema_checked']);
        self::assertSame([0], array_values(array_unique($counters)), json_encode($counters));
    }

    /**
     * @param array<string, mixed> $request
     * @return array<string, mixed>
     */
    private function call(string $verb, array $request): array
    {
        return Php::call($verb, $request, RealCore::environment() + $this->whmcs->environment());
    }
}
