<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Claims;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\MailTemplates;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OwnTable;

/** Which mail leaves when, and how often. */
final class MailsTest extends StubTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
    }

    public function testWhatTheCoreNamesIsSentAndAcknowledged(): void
    {
        $this->cron([['service' => $this->service, 'kind' => 'ready', 'number' => 4]]);
        $this->cron([['service' => $this->service, 'kind' => 'reinstalled', 'number' => 5]]);
        $this->cron([['service' => $this->service, 'kind' => 'package', 'number' => 6]]);
        self::assertSame([
            'Your virtual machine is ready',
            'Your virtual machine was reinstalled',
            'Your virtual machine has its new package',
        ], $this->sent());
        $acknowledged = $this->requests('written_back');
        self::assertSame([4, 5, 6], array_column($acknowledged, 'mail'));
        self::assertSame([$this->service], array_values(array_unique(array_column($acknowledged, 'service'))));
    }

    public function testWhatAnInterruptedRunLeftIsSentAlthoughNothingElseIsDue(): void
    {
        $mail = ['service' => $this->service, 'kind' => 'ready', 'number' => 1];
        $this->replyTo('due', ['services' => [], 'mails' => [$mail]]);
        Dispatcher::cron();
        self::assertSame(['Your virtual machine is ready'], $this->sent());
        self::assertSame([], $this->requests('cron'));
    }

    /** Crons of several machines are told of the same mail; who dies before it is acknowledged leaves it to the next. */
    public function testOfSeveralCronsOneSendsIt(): void
    {
        $this->cron($this->ready());
        $this->cron($this->ready());
        self::assertCount(1, $this->sent());
        self::assertCount(1, $this->requests('written_back'));
        Capsule::table(Claims::TABLE)->where('what', 'like', 'mail %')->update(['taken' => time() - 301]);
        $this->cron($this->ready());
        $this->cron($this->ready());
        self::assertCount(2, $this->sent());
        Capsule::table(Claims::TABLE)->update(['taken' => time() - 7 * 86400 - 1]);
        $this->cron([]);
        self::assertSame(0, Capsule::table(Claims::TABLE)->count(), 'what nobody asks for is forgotten');
    }

    /** Before each statement of the one that makes the table, two other crons look for it and claim the mail. */
    public function testOneHasTheClaimWhileTheTableIsBeingMade(): void
    {
        $given = [];
        $isLooking = false;
        Capsule::connection()->beforeExecuting(static function () use (&$given, &$isLooking): void {
            if (!$isLooking) {
                $isLooking = true;
                if (OwnTable::exists(Claims::TABLE)) {
                    array_push($given, Claims::take('mail 7/1'), Claims::take('mail 7/1'));
                }
                $isLooking = false;
            }
        });
        $given[] = Claims::take('mail 7/1');
        self::assertGreaterThan(1, count($given));
        self::assertCount(1, array_filter($given));
        self::assertSame(1, Capsule::table(Claims::TABLE)->count());
    }

    public function testOfSeveralMachinesOneMakesATemplate(): void
    {
        self::assertTrue(Claims::take('template ready'));
        $this->cron($this->ready());
        self::assertSame(['Your virtual machine is ready'], $this->sent());
        self::assertSame(0, Capsule::table('tblemailtemplates')->count());
    }

    public function testAKindOfANewerCoreIsNoMailAndNoHindrance(): void
    {
        $this->cron([['service' => $this->service, 'kind' => 'moved', 'number' => 0], ...$this->ready()]);
        self::assertSame(['Your virtual machine is ready'], $this->sent());
    }

    public function testThePasswordIsInTheMailOnlyWhereTheHosterWantsIt(): void
    {
        $password = \decrypt((string) $this->whmcs->row($this->service)->password);
        $this->cron($this->ready());
        $this->cron([['with_password' => true, 'number' => 2] + $this->ready()[0]]);
        self::assertSame(
            ['', $password],
            Capsule::table('tblemails')->orderBy('id')->pluck('fields')
                ->map(static fn ($fields) => json_decode((string) $fields, true)['proxmoxkvm_password'] ?? '')->all()
        );
        $logged = json_encode(Capsule::table('tblmodulelog')->get(), JSON_THROW_ON_ERROR);
        self::assertStringNotContainsString($password, $logged);
    }

    public function testAChangedPassword(): void
    {
        $this->replyTo('change_password', []);
        self::assertSame('success', Dispatcher::run('changepw', $this->service));
        self::assertSame([], $this->sent(), 'there is no machine yet');
        foreach ([true, false] as $restart) {
            $this->replyTo('change_password', ['restart_needed' => $restart]);
            self::assertSame('success', Dispatcher::run('changepw', $this->service));
        }
        self::assertSame(array_fill(0, 2, 'The password of your virtual machine was changed'), $this->sent());
        self::assertSame(
            ['{"proxmoxkvm_restart_needed":true}', '{"proxmoxkvm_restart_needed":false}'],
            Capsule::table('tblemails')->pluck('fields')->all()
        );
    }

    public function testTemplatesAreMadeOnceAndHoldNoSecret(): void
    {
        foreach (array_keys(MailTemplates::NAMES) as $kind) {
            self::assertTrue(MailTemplates::exists($kind));
            self::assertTrue(MailTemplates::exists($kind));
        }
        $templates = Capsule::table('tblemailtemplates')->get();
        self::assertSame(array_values(MailTemplates::NAMES), $templates->pluck('name')->all());
        self::assertSame(['product'], $templates->pluck('type')->unique()->values()->all());
        foreach ($templates as $template) {
            // The module's own field has a value only where the hoster switched that on.
            $message = str_replace('{$proxmoxkvm_password}', '', $template->message);
            self::assertDoesNotMatchRegularExpression('/\{\$[^}]*(passw|secret|token)/', $message);
        }
    }

    public function testWhatTheHosterMadeOfATemplateStays(): void
    {
        $this->whmcs->mailTemplate(['name' => MailTemplates::NAMES['ready'], 'subject' => 'Ihr Server']);
        $this->cron($this->ready());
        self::assertSame(['Ihr Server'], $this->sent());

        Capsule::table('tblemailtemplates')->update(['disabled' => 1]);
        $this->cron([['number' => 2] + $this->ready()[0]]);
        self::assertSame(['Ihr Server'], $this->sent());
        self::assertSame(0, Capsule::table('tblactivitylog')->count());
    }

    public function testATemplateThatCannotBeMadeDoesNotKeepAMailBack(): void
    {
        Capsule::connection()->statement('ALTER TABLE tblemailtemplates ADD COLUMN more VARCHAR(9) NOT NULL DEFAULT 1');
        Capsule::connection()->statement('CREATE UNIQUE INDEX one ON tblemailtemplates (more)');
        $this->whmcs->mailTemplate(['name' => 'other']);
        $this->cron($this->ready());
        self::assertSame(['Your virtual machine is ready'], $this->sent());
    }

    public function testAMailThatWhmcsRefusesIsSentByALaterCron(): void
    {
        $row = (array) Capsule::table('tblhosting')->first();
        Capsule::table('tblhosting')->delete();
        $this->cron($this->ready());
        $this->cron($this->ready());
        $this->minutesPass(5);
        $this->cron($this->ready());
        self::assertSame([], $this->requests('written_back'), 'it stays due');
        self::assertSame([
            "Proxmox KVM: The mail \"Proxmox KVM VM Ready\" of service {$this->service} was not sent yet and is tried"
                . ' again: Service ID Not Found',
        ], $this->activity(), 'once');

        Capsule::table('tblhosting')->insert($row);
        Capsule::schema()->rename('tblemails', 'elsewhere');
        $this->minutesPass(5);
        $this->cron($this->ready());
        self::assertSame([], $this->requests('written_back'), 'nor does an exception count as sent');
        self::assertStringContainsString('tblemails', $this->activity()[1]);

        Capsule::schema()->rename('elsewhere', 'tblemails');
        $this->minutesPass(4);
        $this->cron($this->ready());
        self::assertSame([], $this->sent(), 'ever more seldom');
        $this->minutesPass(6);
        $this->cron($this->ready());
        self::assertSame(['Your virtual machine is ready'], $this->sent());
        self::assertCount(1, $this->requests('written_back'));
    }

    public function testAMailThatWhmcsRefusesForADayIsGivenUp(): void
    {
        Capsule::table('tblhosting')->delete();
        for ($minutes = 0; $this->requests('written_back') === []; $minutes += 5) {
            self::assertLessThan(3 * 24 * 60, $minutes);
            $this->cron($this->ready());
            $this->minutesPass(5);
        }
        self::assertGreaterThan(24 * 60, $minutes);
        self::assertCount(2, $this->activity());
        self::assertStringContainsString('is not tried again', $this->activity()[1]);
    }

    public function testAMailOfANewPasswordThatCannotBeSentFailsNothing(): void
    {
        Capsule::schema()->drop('tblemails');
        $this->replyTo('change_password', ['restart_needed' => true]);
        self::assertSame('success', Dispatcher::run('changepw', $this->service));
        self::assertStringContainsString('"Proxmox KVM Password Changed"', $this->activity()[0]);
        self::assertStringContainsString('was not sent and is not tried again', $this->activity()[0]);
    }

    /** @return list<array<string, mixed>> */
    private function ready(): array
    {
        return [['service' => $this->service, 'kind' => 'ready', 'number' => 1, 'with_password' => false]];
    }

    /** @param list<array<string, mixed>> $mails that the core names */
    private function cron(array $mails): void
    {
        $this->replyTo('due', ['services' => [['id' => $this->service, 'server_id' => 1]]]);
        $this->replyTo('cron', ['mails' => $mails]);
        Dispatcher::cron();
    }

    private function minutesPass(int $minutes): void
    {
        Capsule::table(Claims::TABLE)->where('what', 'like', '%mail %')->decrement('taken', 60 * $minutes);
    }

    /** @return list<string> */
    private function activity(): array
    {
        return Capsule::table('tblactivitylog')->orderBy('id')->pluck('description')->all();
    }

    /** @return list<string> subjects */
    private function sent(): array
    {
        return Capsule::table('tblemails')->orderBy('id')->pluck('subject')->all();
    }
}
