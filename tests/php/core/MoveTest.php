<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Installation;
use Tests\Support\MariaDb;
use Tests\Support\Php;
use Tests\Support\RealCore;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/** A store moves from its file into WHMCS's database while a VM is half built, lives on there, and moves back. */
final class MoveTest extends CoreTestCase
{
    /** When move.php is killed: so many milliseconds after it began. */
    private const KILLS = [40, 60, 80, 100, 120, 150, 200];

    private string $file;

    /** @var list<int> ready, suspended, half built */
    private array $services;

    protected function setUp(): void
    {
        parent::setUp();
        $this->whmcs = new Installation(null, MariaDb::database('m0ve'));
        $this->file = $this->whmcs->store;
        $this->services = [$this->order(), $this->order(), $this->order()];
        $this->page('create', $this->services[0]);
        $this->page('create', $this->services[1]);
        $this->page('cron');
        $this->page('suspend', $this->services[1]);
        $this->page('create', $this->services[2]);
        $this->crons();
    }

    public function testThereAndBack(): void
    {
        $before = $this->all($this->file);
        self::assertNotSame('ready', $before[2]['service']['status']);
        foreach (self::KILLS as $milliseconds) {
            $move = $this->start(['--to=mysql:']);
            usleep($milliseconds * 1000);
            $move->kill();
            $move->output();
        }
        $said = $this->move(0, ['--to=mysql:']);
        self::assertStringEndsWith("Keep the old store until you are content.\n", $said);
        self::assertStringContainsString("\ndefine('PROXMOXKVM_STORE', 'mysql:');\n", $said);
        $url = MariaDb::url($this->whmcs->database);
        self::assertSame($before, $this->all($url));
        self::assertSame($before, $this->all($this->file), 'the source is as it was');

        // Life goes on there, and the old store knows nothing of it.
        $this->page('cron', 0, 'mysql:');
        $this->page('terminate', $this->services[1], 'mysql:');
        $after = $this->all($url);
        self::assertSame(['ready', []], [$after[2]['service']['status'], $after[1]['service']['addresses']]);
        self::assertSame($before, $this->all($this->file));
        self::assertCount(2, $this->simulator->pve()->machines());
        $this->crons();
        self::assertStringNotContainsString('define', $this->move(1, ['--to=mysql:']), 'there are services already');

        $new = dirname($this->file) . '/new.db';
        $this->move(0, ['--from=mysql:', "--to=sqlite:$new"]);
        self::assertSame($after, $this->all($new));
        $this->page('terminate', $this->services[0], $new);
        self::assertCount(1, $this->simulator->pve()->machines());
    }

    /** @return list<array<string, mixed>> what does not depend on when it is asked */
    private function all(string $store): array
    {
        $environment = ['PROXMOXKVM_STORE' => $store] + RealCore::environment();

        return array_map(
            static fn (int $service): array =>
                array_diff_key(Php::call('show', ['service' => $service], $environment), ['build' => true]),
            $this->services
        );
    }

    private function page(string $do, int $id = 0, string $store = ''): void
    {
        $environment = $store === '' ? [] : ['PROXMOXKVM_STORE' => $store];
        $answer = Php::page($this->whmcs, $do, $id, '', $environment + $this->temporary())->answer();
        self::assertContains($answer['result'], ['success', null], $answer['output']);
    }

    /** The last run of the cron was a while ago. */
    private function crons(): void
    {
        Capsule::table(CronRuns::TABLE)->update(['ended' => time() - 200]);
    }

    /** @param list<string> $arguments @return string what it printed */
    private function move(int $status, array $arguments): string
    {
        $move = $this->start($arguments);
        $said = $move->output();
        self::assertSame($status, $move->status(), $said);

        return $said;
    }

    /** @param list<string> $arguments */
    private function start(array $arguments): Php
    {
        return $this->whmcs->script('move.php', $arguments, $this->temporary() + RealCore::environment());
    }

    /** @return array<string, string> where this machine's own files go, with a store in a database */
    private function temporary(): array
    {
        return ['TMPDIR' => $this->whmcs->directory];
    }
}
