<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Hooks;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Addon;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Digest;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Claims;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/** The daily mail to staff: to whom it goes, what it says, and when there is none. */
final class DigestTest extends StubTestCase
{
    private const NEEDS = [
        'total' => 23, 'services_total' => 21,
        'services' => [['id' => 7, 'error' => ['code' => 'x', 'message' => 'no <room> {$left}']]],
        'slow' => [['id' => 8, 'status' => 'clone', 'since' => 1, 'elapsed_s' => 1260, 'usual_s' => 90]],
        'pools' => [['server' => 1, 'family' => 4, 'total' => 40, 'free' => 3]],
    ];

    protected function setUp(): void
    {
        parent::setUp();
        require_once STAND_IN_MODULES . '/servers/proxmoxkvm/hooks.php';
        $this->whmcs->server();
        $this->setting('system');
        CronRuns::ended();
    }

    public function testItSaysWhatNeedsSomebodyAndWhatIsNearlyFull(): void
    {
        $this->replyTo('attention', self::NEEDS);
        $this->replyTo('capacity', ['storages' => [
            ['id' => 'fast', 'node' => null, 'total' => 1000, 'free' => 55, 'images' => true],
            ['id' => 'local', 'node' => 'pve1', 'total' => 1000, 'free' => 10, 'images' => true],
            ['id' => 'big', 'node' => null, 'total' => 1000, 'free' => 900, 'images' => true],
            ['id' => 'iso', 'node' => null, 'total' => 1000, 'free' => 1, 'images' => false, 'backups' => false],
        ]]);
        $this->day();
        [$mail] = $this->mails();
        self::assertSame('Proxmox VE KVM: the last day', $mail['subject']);
        self::assertSame('{$proxmoxkvm_digest}', $mail['message'], 'Smarty reads no error of elsewhere');
        self::assertSame('system', $mail['fields']['type']);
        $html = $mail['fields']['proxmoxkvm_digest'];
        $lines = [
            '<li>#7: no &lt;room&gt; {$left}</li>', '<li>#8: being set up for 21 min, usually 1 min</li>',
            'IPv4 addresses of pve1 are nearly used up: 3 of 40', '<li>and 20 more</li>',
            '<li>Storage fast of pve1: 5.5 % free</li>', '<li>Storage local (pve1) of pve1: 1 % free</li>',
        ];
        foreach ($lines as $line) {
            self::assertStringContainsString($line, $html);
        }
        foreach (['big', 'iso'] as $other) {
            self::assertStringNotContainsString("Storage $other", $html);
        }
        self::assertStringNotContainsString('token-secret', json_encode($this->mails(), JSON_THROW_ON_ERROR));
    }

    public function testItSaysWhatRanSinceTheLastOne(): void
    {
        $ran = [
            ['action' => 'create', 'done' => 12, 'failed' => 1],
            ['action' => 'reboot', 'done' => 3, 'failed' => 0],
        ];
        $slow = [['id' => 9, 'at' => 5, 'took_s' => 1260, 'usual_s' => 90]];
        $this->replyTo('attention', ['total' => 0, 'services' => [], 'ran' => $ran, 'slowly_built' => $slow]);
        $this->replyTo('capacity', ['storages' => []]);
        $before = time();
        $this->day();
        $html = $this->mails()[0]['fields']['proxmoxkvm_digest'];
        $line = '<h3>Took much longer than usual</h3><ul><li>#9: set up in 21 min, usually 1 min</li>';
        self::assertStringContainsString($line, $html);
        self::assertStringContainsString('<h3>What ran</h3><ul><li>Creation: 12 done, 1 failed</li>', $html);
        [$first] = $this->requests('attention');
        self::assertEqualsWithDelta($before - 86400, $first['ran_since'], 5, 'nobody remembers one before');
        Capsule::table(Claims::TABLE)->update(['taken' => $before - 50_000]);
        $ran[0]['failed'] = 0;
        $this->replyTo('attention', ['total' => 0, 'services' => [], 'ran' => $ran]);
        $this->day();
        self::assertCount(1, $this->mails(), 'that all went well is no mail of its own');
        self::assertSame($before - 50_000, $this->requests('attention')[1]['ran_since']);
    }

    public function testThereIsNoneWhereThereIsNothingToSay(): void
    {
        $this->replyTo('attention', ['total' => 0, 'services' => []]);
        $this->replyTo('capacity', ['storages' => []]);
        $this->day();
        self::assertSame([], $this->mails());
        // A server that does not answer is told as one that needs somebody, and keeps nothing back.
        Claims::clean();
        Capsule::table(Claims::TABLE)->delete();
        $this->replyTo('capacity', ['ok' => false, 'code' => 'pve_unreachable', 'message' => 'silent']);
        $this->replyTo('attention', ['total' => 1, 'services' => [], 'silent' => [['server' => 1, 'tries' => 4]]]);
        $this->day();
        self::assertStringContainsString('does not answer', $this->mails()[0]['fields']['proxmoxkvm_digest']);
        self::assertStringNotContainsString('<h3>Nearly full', $this->mails()[0]['fields']['proxmoxkvm_digest']);
    }

    public function testAModuleThatCannotLookSaysSo(): void
    {
        $this->replyTo('attention', ['ok' => false, 'code' => 'store', 'message' => 'the store is <gone>']);
        $this->day();
        self::assertStringContainsString('the store is &lt;gone&gt;', $this->mails()[0]['fields']['proxmoxkvm_digest']);
    }

    public function testTheHosterSaysToWhomAndWhether(): void
    {
        $this->replyTo('attention', self::NEEDS);
        foreach (['off', 'everybody'] as $none) {
            $this->setting($none);
            $this->day();
        }
        Capsule::table('tbladdonmodules')->delete();
        $this->day();
        self::assertSame([], $this->mails(), 'the addon was never set up');
        $this->setting('support');
        $this->day();
        $this->day();
        self::assertSame(['support'], array_column(array_column($this->mails(), 'fields'), 'type'), 'once a day');
        $field = Addon::config()['fields'][Digest::SETTING];
        self::assertSame(['off', 'system', 'account', 'support'], array_keys($field['Options']));
        self::assertSame('system', $field['Default']);
    }

    public function testThatItDidNotLeaveIsTold(): void
    {
        $this->replyTo('attention', self::NEEDS);
        Capsule::schema()->drop('tblemails');
        $this->day();
        $told = (string) Capsule::table('tblactivitylog')->value('description');
        self::assertStringContainsString('The daily mail to staff was not sent: ', $told);
    }

    /** What WHMCS does once a day. */
    private function day(): void
    {
        Hooks::run('DailyCronJob', []);
    }

    private function setting(string $value): void
    {
        Capsule::table('tbladdonmodules')->updateOrInsert(
            ['module' => 'proxmoxkvm', 'setting' => Digest::SETTING],
            ['value' => $value]
        );
    }

    /** @return list<array{subject: string, message: string, fields: array<string, string>}> */
    private function mails(): array
    {
        return Capsule::table('tblemails')->orderBy('id')->get()->map(static fn (object $row): array => [
            'subject' => $row->subject,
            'message' => $row->message,
            'fields' => json_decode($row->fields, true, 8, JSON_THROW_ON_ERROR),
        ])->all();
    }
}
