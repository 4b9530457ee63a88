<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\Php;
use Tests\Support\StubTestCase;
use Tests\Support\TempDir;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/** cron.php, where it lies in a WHMCS. */
final class CronFileTest extends StubTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        touch($this->whmcs->store);
    }

    public function testItDoesWhatTheHookDoes(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $this->replyTo('due', ['services' => [['id' => $service, 'server_id' => 1]]]);
        $this->replyTo('cron', ['lines' => ["service $service: set_ip → clone"]]);

        $cron = $this->cron();
        self::assertSame("proxmoxkvm: service $service: set_ip → clone\n", $cron->output());
        self::assertSame(0, $cron->status());
        self::assertSame($service, $this->requests('cron')[0]['orders'][0]['service']['id']);
    }

    public function testOneAtATime(): void
    {
        $other = fopen($this->whmcs->store . '.cron-lock', 'c');
        flock($other, LOCK_EX);
        $this->replyTo('due', ['services' => [['id' => 1, 'server_id' => 1]]]);
        $cron = $this->cron();
        self::assertSame("proxmoxkvm: another cron run is under way: it does the work\n", $cron->output());
        self::assertSame(0, $cron->status());
        self::assertSame([], $this->requests('cron'));

        fclose($other);
        self::assertStringNotContainsString('another', $this->cron()->output());
    }

    /** With a store in a database the lock is one of the machine: two of them share the work. */
    public function testOneAtATimeOnEachMachine(): void
    {
        $this->replyTo('due', ['services' => [['id' => 1, 'server_id' => 1]]]);
        $store = ['PROXMOXKVM_STORE' => 'mysql://ada:s3cret@db/whmcs'];
        $machines = [$store + ['TMPDIR' => TempDir::make()], $store + ['TMPDIR' => TempDir::make()]];
        self::assertStringNotContainsString('another', $this->whmcs->script('cron.php', [], $machines[0])->output());
        [$lock] = glob("{$machines[0]['TMPDIR']}/proxmoxkvm-*/cron-lock");
        $other = fopen($lock, 'c');
        flock($other, LOCK_EX);
        self::assertStringContainsString('another', $this->whmcs->script('cron.php', [], $machines[0])->output());
        self::assertStringNotContainsString('another', $this->whmcs->script('cron.php', [], $machines[1])->output());
        self::assertCount(2, $this->requests('cron'));
    }

    /** Names in a temporary folder are foreseeable. */
    public function testAnotherUserOfTheMachineCannotStopIt(): void
    {
        $this->replyTo('due', ['services' => [['id' => 1, 'server_id' => 1]]]);
        $folder = TempDir::make();
        $environment = ['PROXMOXKVM_STORE' => 'mysql://ada:s3cret@db/whmcs', 'TMPDIR' => $folder];
        $this->whmcs->script('cron.php', [], $environment)->output();
        [$place] = glob("$folder/proxmoxkvm-*");
        array_map(unlink(...), glob("$place/*"));
        rmdir($place);
        symlink(TempDir::make(), $place);
        $cron = $this->whmcs->script('cron.php', [], $environment);
        $cron->output();
        self::assertSame(0, $cron->status());
        self::assertCount(2, $this->requests('cron'));
    }

    public function testTheEndIsSeenFromEveryMachine(): void
    {
        self::assertNull(CronRuns::last());
        $this->cron()->output();
        self::assertSame([gethostname()], array_keys(CronRuns::all()));
        Capsule::table(CronRuns::TABLE)->update(['ended' => 1]);
        Capsule::table(CronRuns::TABLE)->insert(['machine' => 'gone', 'ended' => 1]);
        $this->cron()->output();
        self::assertSame([gethostname()], array_keys(CronRuns::all()), 'a machine that is gone is forgotten');
        self::assertGreaterThan(time() - 60, CronRuns::last());
    }

    public function testWhatKeepsItFromWorkingIsTold(): void
    {
        $this->replyTo('due', ['ok' => false, 'code' => 'store', 'message' => 'The disk is full.']);
        $cron = $this->cron();
        self::assertStringContainsString('could not do its work: The disk is full.', $cron->output());
        self::assertSame(1, $cron->status());
        self::assertNull(CronRuns::last());
    }

    public function testItRefusesToRunAsAnotherUserThanTheStores(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root can give a file away');
        }
        chown($this->whmcs->store, 'www-data');
        $cron = $this->cron();
        self::assertStringContainsString('run the cron as www-data', $cron->output());
        self::assertSame(1, $cron->status());
        self::assertSame([], $this->requests('due'));
    }

    public function testABrowserGetsNothing(): void
    {
        $bin = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/bin';
        $code = (string) file_get_contents("$bin/head.php");
        $guard = (int) strpos($code, "if (PHP_SAPI !== 'cli'");
        self::assertGreaterThan(0, $guard);
        self::assertLessThan((int) strpos($code, 'init.php\''), $guard);
        foreach (array_diff(glob("$bin/*.php") ?: [], ["$bin/head.php"]) as $script) {
            $loads = preg_match_all('/\b(?:require|include)\b.*/', (string) file_get_contents($script), $found);
            self::assertSame([1, "require __DIR__ . '/head.php';"], [$loads, $found[0][0] ?? ''], $script);
        }
    }

    private function cron(): Php
    {
        return $this->whmcs->script('cron.php');
    }
}
