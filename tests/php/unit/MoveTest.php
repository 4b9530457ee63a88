<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/** move.php, where it lies in a WHMCS: what it asks the core, what it says, what it refuses to begin. */
final class MoveTest extends StubTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        touch($this->whmcs->store);
    }

    public function testItGoesOnUntilAllIsDoneAndSaysWhatToWriteWhere(): void
    {
        $batch = ['table' => 'services', 'copied' => 500, 'of' => 800, 'verified' => 500, 'done' => false];
        $this->reply(1, $batch);
        $this->reply(2, ['copied' => 800, 'verified' => 800] + $batch);
        $this->reply(3, ['table' => '', 'copied' => 800, 'verified' => 800, 'done' => true] + $batch);
        $to = dirname($this->whmcs->store) . '/moved.db';
        $said = $this->move(0, ["--to=sqlite:$to"]);
        self::assertSame(
            array_fill(0, 3, ['from' => $this->whmcs->store, 'to' => $to]),
            $this->requests('move')
        );
        self::assertSame([], $this->requests('open'), 'no core is open meanwhile');
        self::assertStringContainsString('have to be stopped', $said);
        self::assertStringContainsString("\n500 of 800 rows compared, 500 written\n", $said);
        self::assertStringContainsString("\ndefine('PROXMOXKVM_STORE', '$to');\n", $said);
    }

    public function testAUrlIsTypedAndItsPasswordIsNotShown(): void
    {
        $url = "mysql://ada:s3cret%21@db/wh'mcs";
        $said = $this->move(1, ["--to=$url"]);
        self::assertStringContainsString('write --to=-', $said);
        self::assertStringNotContainsString('s3cret', $said);
        $said = $this->move(0, ['--to=-'], "$url\n");
        self::assertSame([StoreLocation::of($url)->forCore()], array_column($this->requests('move'), 'to'));
        self::assertStringContainsString("'mysql://ada:PASSWORD@db:3306/wh%27mcs?prefix=", $said);
        self::assertStringContainsString('the word PASSWORD', $said);
        self::assertStringNotContainsString('s3cret', $said);
    }

    public function testTheCoresRefusalIsTold(): void
    {
        $this->replyTo('move', ['ok' => false, 'code' => 'not_empty', 'message' => 'The target has services.']);
        $said = $this->move(1, ['--to=/elsewhere/store.db']);
        self::assertStringEndsWith("The target has services.\n", $said);
        self::assertStringNotContainsString('define', $said);
    }

    public function testItDoesNotBeginWhileACronRuns(): void
    {
        $cron = fopen($this->whmcs->store . '.cron-lock', 'c');
        flock($cron, LOCK_EX);
        self::assertStringContainsString('A cron run is under way', $this->move(1, ['--to=/elsewhere/store.db']));
        fclose($cron);
        // Another machine's is seen by when it ended.
        CronRuns::ended();
        Capsule::table(CronRuns::TABLE)->update(['machine' => 'web2', 'ended' => time() - 50]);
        self::assertStringContainsString('The cron of web2 ended 5', $this->move(1, ['--to=/elsewhere/store.db']));
        self::assertSame([], $this->requests('move'));
        Capsule::table(CronRuns::TABLE)->update(['ended' => time() - 130]);
        $this->move(0, ['--to=/elsewhere/store.db']);
    }

    public function testWhatCannotBeMeant(): void
    {
        foreach ([[], ['--from=/a/store.db'], ['--to='], ['--to=/a', '--apply']] as $arguments) {
            self::assertStringStartsWith('Use: move.php', $this->move(2, $arguments));
        }
        self::assertStringContainsString('nothing to move', $this->move(1, ["--to=sqlite:{$this->whmcs->store}"]));
        if (posix_geteuid() === 0) {
            chown($this->whmcs->store, 'www-data');
            self::assertStringContainsString('www-data', $this->move(1, ['--to=/elsewhere/store.db']));
        }
        self::assertSame([], $this->requests('move'));
    }

    /** @param array<string, mixed> $reply to the n-th call */
    private function reply(int $n, array $reply): void
    {
        $this->replyTo('move', $reply);
        rename("{$this->whmcs->directory}/move.reply", "{$this->whmcs->directory}/move.reply.$n");
    }

    /** @param list<string> $arguments @return string what it printed */
    private function move(int $status, array $arguments, string $typed = ''): string
    {
        $move = $this->whmcs->script('move.php', $arguments, [], $typed);
        $said = $move->output();
        self::assertSame($status, $move->status(), $said);

        return $said;
    }
}
