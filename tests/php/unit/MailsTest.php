<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\StubTestCase;
use Tests\Support\Translation;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Claims;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\MailFields;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\MailStamps;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\MailTemplates;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\MailText;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Outbox;
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
        $this->cron([['id' => 4, 'service' => $this->service, 'kind' => 'mail_ready']]);
        $this->cron([['id' => 5, 'service' => $this->service, 'kind' => 'mail_reinstalled']]);
        $this->cron([['id' => 6, 'service' => $this->service, 'kind' => 'mail_package']]);
        self::assertSame([
            'Your virtual machine {$service_domain} is ready',
            'Your virtual machine {$service_domain} was reinstalled',
            'Your virtual machine {$service_domain} has its new package',
        ], $this->sent());
        self::assertSame([['id' => 4], ['id' => 5], ['id' => 6]], $this->requests('acknowledge'));
    }

    /** Before each statement of the one that makes the table, two other crons look for it and claim the same. */
    public function testOneHasTheClaimWhileTheTableIsBeingMade(): void
    {
        $given = [];
        $isLooking = false;
        Capsule::connection()->beforeExecuting(static function () use (&$given, &$isLooking): void {
            if (!$isLooking) {
                $isLooking = true;
                if (OwnTable::exists(Claims::TABLE)) {
                    array_push($given, Claims::take('template ready'), Claims::take('template ready'));
                }
                $isLooking = false;
            }
        });
        $given[] = Claims::take('template ready');
        self::assertGreaterThan(1, count($given));
        self::assertCount(1, array_filter($given));
        self::assertSame(1, Capsule::table(Claims::TABLE)->count());
    }

    public function testOfSeveralMachinesOneMakesATemplate(): void
    {
        self::assertTrue(Claims::take('template mail_ready'));
        $this->cron($this->ready());
        self::assertSame(['Your virtual machine {$service_domain} is ready'], $this->sent());
        self::assertSame(0, Capsule::table('tblemailtemplates')->count());
    }

    public function testAClaimLastsAsLongAsItsThingAndNoLongerThanAClockWasAhead(): void
    {
        self::assertTrue(Claims::take('stock', 900));
        foreach ([[-899, false], [-901, true], [30, false], [3600, true]] as [$ago, $isOurs]) {
            Capsule::table(Claims::TABLE)->update(['taken' => time() + $ago]);
            self::assertSame($isOurs, Claims::take('stock', 900), "$ago");
        }
    }

    public function testWhatASlowMailServerLeavesNoTimeForIsLeftToTheNextWorker(): void
    {
        $mails = [$this->ready()[0], ['id' => 2] + $this->ready()[0], ['id' => 3] + $this->ready()[0]];
        Outbox::deliver($mails, seconds: 0);
        self::assertCount(1, $this->sent());
        self::assertSame(
            [['id' => 1], ['id' => 2, 'left' => true], ['id' => 3, 'left' => true]],
            $this->requests('acknowledge')
        );
    }

    public function testWhatNobodyAsksForAnyMoreIsForgotten(): void
    {
        self::assertTrue(Claims::take('template mail_ready'));
        Capsule::table(Claims::TABLE)->update(['taken' => time() - 7 * 86400 - 1]);
        $this->cron([]);
        self::assertSame(0, Capsule::table(Claims::TABLE)->count());
    }

    public function testAKindThatThisPhpDoesNotKnowIsAnsweredSoAndHindersNoOther(): void
    {
        $this->cron([['id' => 7, 'service' => $this->service, 'kind' => 'fax'], ...$this->ready()]);
        self::assertSame(['Your virtual machine {$service_domain} is ready'], $this->sent());
        [$unknown, $sent] = $this->requests('acknowledge');
        self::assertStringContainsString('does not know how "fax" is delivered', $unknown['error']);
        self::assertSame(['id' => 1], $sent);
    }

    public function testThePasswordIsInTheMailOnlyWhereTheHosterWantsIt(): void
    {
        $password = \decrypt((string) $this->whmcs->row($this->service)->password);
        $this->cron($this->ready());
        $this->cron([['with_password' => true, 'id' => 2] + $this->ready()[0]]);
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
        foreach ([true, false] as $id => $restart) {
            $this->replyTo('change_password', ['outbox' => [$this->passwordMail($id, $restart)]]);
            self::assertSame('success', Dispatcher::run('changepw', $this->service));
        }
        $subject = 'The password of your virtual machine {$service_domain} was changed';
        self::assertSame([$subject, $subject], $this->sent());
        self::assertSame([true, false], array_column($this->fields(), 'proxmoxkvm_restart_needed'));
    }

    public function testTemplatesAreMadeOnceAndHoldNoSecret(): void
    {
        Capsule::table('tblclients')->update(['language' => 'brazilian']);
        foreach (array_keys(MailTemplates::NAMES) as $kind) {
            // WHMCS has one of its own for a suspension.
            $is = $kind === MailTemplates::SUSPENDED ? null : true;
            self::assertSame([$is, $is], [MailTemplates::exists($kind), MailTemplates::exists($kind)]);
        }
        $templates = Capsule::table('tblemailtemplates')->get();
        self::assertSame(array_values(MailTemplates::NAMES), $templates->pluck('name')->unique()->values()->all());
        foreach ($templates->groupBy('name') as $name => $all) {
            self::assertSame(['', 'brazilian'], $all->pluck('language')->sort()->values()->all(), $name);
        }
        self::assertSame(['product'], $templates->pluck('type')->unique()->values()->all());
        foreach ($templates as $template) {
            // The module's own field has a value only where the hoster switched that on.
            $message = str_replace('{$proxmoxkvm_password}', '', $template->message);
            self::assertDoesNotMatchRegularExpression('/\{\$[^}]*(passw|secret|token)/', $message);
        }
    }

    public function testAMailHasAllAddressesTheSshLineAndTheLink(): void
    {
        Capsule::table('tblconfiguration')->where('setting', 'SystemURL')->delete();
        Capsule::table('tblconfiguration')->insert(['setting' => 'SystemURL', 'value' => 'https://shop.example/b/']);
        $told = ['username' => 'root', 'addresses' => ['192.0.2.7', '2001:db8::7']];
        $this->cron([$told + $this->ready()[0]]);
        $this->cron([['username' => 'Administrator'] + $told + $this->ready()[0]]);
        [$linux, $windows] = $this->fields();
        self::assertSame('192.0.2.7<br>2001:db8::7', $linux['proxmoxkvm_addresses']);
        self::assertSame('ssh root@192.0.2.7', $linux['proxmoxkvm_ssh']);
        self::assertSame(
            "https://shop.example/b/clientarea.php?action=productdetails&amp;id=$this->service",
            $linux['proxmoxkvm_link']
        );
        self::assertSame('', $windows['proxmoxkvm_ssh']);
    }

    /** A client reads the language that it has chosen, from a template of it or from the text itself. */
    public function testOfANewVmThatHasNotAnsweredTheMailSaysSo(): void
    {
        $entry = ['addresses' => [], 'unanswered_minutes' => 15];
        $fields = MailFields::of($this->service, $entry, 'english');
        self::assertStringContainsString('after 15 minutes', (string) $fields['proxmoxkvm_unanswered']);
        $once = MailFields::of($this->service, ['unanswered_minutes' => 1], 'english');
        self::assertStringContainsString('after one minute:', (string) $once['proxmoxkvm_unanswered']);
        self::assertArrayNotHasKey('proxmoxkvm_unanswered', MailFields::of($this->service, [], 'english'));
        foreach (Translation::names() as $language) {
            foreach ([MailTemplates::READY, MailTemplates::REINSTALLED] as $kind) {
                self::assertStringContainsString('{$proxmoxkvm_unanswered}', MailText::of($kind, $language));
            }
        }
        self::assertStringNotContainsString('unanswered', MailText::of(MailTemplates::PACKAGE, 'english'));
    }

    public function testAClientReadsTheOwnLanguage(): void
    {
        $failed = ['kind' => 'mail_failed', 'action' => 'reinstall'] + $this->ready()[0];
        Capsule::table('tblclients')->update(['language' => 'german']);
        $this->cron([...$this->ready(), $failed]);
        Capsule::table('tblclients')->update(['language' => 'klingon']);
        $this->cron($this->ready());
        Capsule::table('tblemailtemplates')->delete();
        Capsule::table('tblclients')->update(['language' => 'french']);
        $this->cron($this->ready());
        self::assertSame([
            'Ihre virtuelle Maschine {$service_domain} ist bereit',
            'Ihre virtuelle Maschine {$service_domain}: eine Änderung war nicht möglich',
            'Your virtual machine {$service_domain} is ready',
            'Votre machine virtuelle {$service_domain} est prête',
        ], $this->sent());
        self::assertSame('Die Neuinstallation', $this->fields()[1]['proxmoxkvm_action']);
    }

    /** What the hoster has changed for all stays for all. */
    public function testATemplateIsMadeInALanguageThatIsChosenLater(): void
    {
        $this->cron($this->ready());
        foreach (['german', 'german', 'klingon', 'english', ''] as $language) {
            Capsule::table('tblclients')->update(['language' => $language]);
            $this->cron($this->ready());
        }
        self::assertSame(['', 'german'], $this->languages());
        Capsule::table('tblemailtemplates')->where('language', '')->update(['message' => 'Our own']);
        Capsule::table('tblclients')->update(['language' => 'french']);
        $this->cron($this->ready());
        self::assertSame(['', 'german'], $this->languages());
    }

    /** The installation's language is another one, and an upgrade says it better: what nobody has changed follows. */
    public function testATemplateThatNobodyHasChangedFollowsTheModule(): void
    {
        $this->cron($this->ready());
        $templates = Capsule::table('tblemailtemplates');
        $now = (clone $templates)->value('message');
        $name = MailTemplates::NAMES['mail_ready'];
        MailStamps::keep($name, ['subject' => 'Ready', 'message' => '<p>As it was once</p>']);
        (clone $templates)->update(['subject' => 'Ready', 'message' => '<p>As it was once</p>', 'copyto' => 'a@b.c']);
        Capsule::table('tblclients')->update(['language' => 'german']);
        $this->cron($this->ready());
        self::assertSame(['', 'german'], $this->languages());
        self::assertSame($now, (clone $templates)->where('language', '')->value('message'));
        self::assertSame('a@b.c', (clone $templates)->where('language', '')->value('copyto'));
        (clone $templates)->where('language', 'german')->update(['subject' => 'Unser eigener']);
        $before = $GLOBALS['CONFIG']['Language'] ?? null;
        $GLOBALS['CONFIG']['Language'] = 'french';
        $this->cron($this->ready());
        $GLOBALS['CONFIG']['Language'] = $before;
        self::assertSame(
            ['Votre machine virtuelle {$service_domain} est prête', 'Unser eigener'],
            (clone $templates)->orderBy('language')->pluck('subject')->all()
        );
    }

    public function testAMailRunsAsItsLanguageDoes(): void
    {
        foreach (['arabic' => true, 'farsi' => true, 'hebrew' => true, 'german' => false] as $language => $isRtl) {
            $text = MailText::of(MailTemplates::READY, $language);
            self::assertSame($isRtl, str_starts_with($text, '<div dir="rtl"><p>'), $language);
        }
    }

    public function testWhatTheHosterMadeOfATemplateStays(): void
    {
        $this->whmcs->mailTemplate(['name' => MailTemplates::NAMES['mail_ready'], 'subject' => 'Ihr Server']);
        $this->cron($this->ready());
        self::assertSame(['Ihr Server'], $this->sent());

        Capsule::table('tblemailtemplates')->update(['disabled' => 1]);
        $this->cron([['id' => 2] + $this->ready()[0]]);
        self::assertSame(['Ihr Server'], $this->sent());
        self::assertSame(0, Capsule::table('tblactivitylog')->count());
    }

    public function testATemplateThatCannotBeMadeDoesNotKeepAMailBack(): void
    {
        Capsule::connection()->statement('ALTER TABLE tblemailtemplates ADD COLUMN more VARCHAR(9) NOT NULL DEFAULT 1');
        Capsule::connection()->statement('CREATE UNIQUE INDEX one ON tblemailtemplates (more)');
        $this->whmcs->mailTemplate(['name' => 'other']);
        $this->cron($this->ready());
        self::assertSame(['Your virtual machine {$service_domain} is ready'], $this->sent());
    }

    public function testWhyAMailWasNotSentIsAnswered(): void
    {
        $row = (array) Capsule::table('tblhosting')->first();
        Capsule::table('tblhosting')->delete();
        $this->cron($this->ready());
        Capsule::table('tblhosting')->insert($row);
        Capsule::schema()->rename('tblemails', 'elsewhere');
        $this->cron($this->ready());
        Capsule::schema()->rename('elsewhere', 'tblemails');
        [$refused, $broken] = $this->requests('acknowledge');
        self::assertSame(['id' => 1, 'error' => 'Service ID Not Found'], $refused);
        self::assertStringContainsString('tblemails', $broken['error'], 'nor does an exception count as sent');
        self::assertSame([], $this->sent());
        self::assertSame([], $this->activity(), 'what is tried again is no news');
    }

    public function testThatAMailIsGivenUpIsInTheActivityLog(): void
    {
        Capsule::table('tblhosting')->delete();
        $this->replyTo('acknowledge', ['given_up' => 'the mail was not sent: it was given up']);
        $this->cron($this->ready());
        self::assertSame(['Proxmox KVM: the mail was not sent: it was given up'], $this->activity());
    }

    public function testWhatBelongsToAnotherOrderByNowIsToldToNobody(): void
    {
        $this->cron([['order' => ['client_id' => 4711, 'order_id' => 1]] + $this->ready()[0]]);
        self::assertSame([], $this->sent());
        self::assertSame([['id' => 1]], $this->requests('acknowledge'));
    }

    public function testAMailOfANewPasswordThatCannotBeSentFailsNothing(): void
    {
        Capsule::schema()->drop('tblemails');
        $this->replyTo('change_password', ['outbox' => [$this->passwordMail(1, true)]]);
        self::assertSame('success', Dispatcher::run('changepw', $this->service));
        self::assertStringContainsString('tblemails', $this->requests('acknowledge')[0]['error']);
    }

    /** @return list<string> of templates */
    private function languages(): array
    {
        return Capsule::table('tblemailtemplates')->pluck('language')->sort()->values()->all();
    }

    /** @return array<string, mixed> */
    private function passwordMail(int $id, bool $restart): array
    {
        return ['id' => $id, 'service' => $this->service, 'kind' => 'mail_password', 'restart_needed' => $restart];
    }

    /** @return list<array<string, mixed>> */
    private function ready(): array
    {
        return [['id' => 1, 'service' => $this->service, 'kind' => 'mail_ready', 'with_password' => false]];
    }

    /** @param list<array<string, mixed>> $mails that the core names */
    private function cron(array $mails): void
    {
        $this->replyTo('due', ['services' => [['id' => $this->service, 'server_id' => 1]]]);
        $this->replyTo('cron', ['outbox' => $mails]);
        Dispatcher::cron();
    }

    /** @return list<string> */
    private function activity(): array
    {
        return Capsule::table('tblactivitylog')->orderBy('id')->pluck('description')->all();
    }

    /** @return list<array<string, mixed>> merge fields of what was sent */
    private function fields(): array
    {
        return Capsule::table('tblemails')->orderBy('id')->pluck('fields')
            ->map(static fn ($fields) => json_decode((string) $fields, true))->all();
    }

    /** @return list<string> subjects */
    private function sent(): array
    {
        return Capsule::table('tblemails')->orderBy('id')->pluck('subject')->all();
    }
}
