<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\MailTemplates;

/** Which mail leaves when, and how often. */
final class MailsTest extends StubTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
    }

    public function testAnOrderIsTellingWhenItsMachineIsReadyAndOnce(): void
    {
        $this->runs('create', ['status' => 'set_ip']);
        $this->cron('clone');
        self::assertSame([], $this->sent());
        $this->cron('clone', [$this->service]);
        $this->cron('ready');
        self::assertSame(['Your virtual machine is ready'], $this->sent());
    }

    public function testACronRunThatDiedBeforeItsMailsIsMadeUpFor(): void
    {
        $this->runs('create', ['status' => 'set_ip']);
        // The run that made it ready was killed: no later one names it again.
        $this->cron('ready');
        $this->cron('ready');
        self::assertSame(['Your virtual machine is ready'], $this->sent());
    }

    public function testCreateOnAReadyMachineTellsNothing(): void
    {
        $this->runs('create', ['status' => 'ready']);
        $this->cron('ready');
        self::assertSame([], $this->sent());
    }

    public function testAReinstallationIsNotANewMachine(): void
    {
        $this->runs('changepackage', ['status' => 'change_package']);
        $this->replyTo('reinstall', ['service' => ['status' => 'clone']]);
        Dispatcher::button($this->service, 'Reinstall');
        $this->cron('ready', [$this->service]);
        $this->cron('ready');
        self::assertSame(['Your virtual machine was reinstalled'], $this->sent());
    }

    public function testAChangedPackage(): void
    {
        $this->runs('changepackage', ['status' => 'change_package']);
        $this->runs('changepackage', ['status' => 'change_package']);
        $this->cron('change_package');
        self::assertSame([], $this->sent());
        $this->cron('ready');
        $this->cron('ready');
        self::assertSame(['Your virtual machine has its new package'], $this->sent());
    }

    public function testAChangeDuringTheBuildIsPartOfTheBuild(): void
    {
        $this->runs('create', ['status' => 'set_ip']);
        $this->runs('changepackage', ['status' => 'clone']);
        $this->cron('ready', [$this->service]);
        self::assertSame(['Your virtual machine is ready'], $this->sent());
    }

    public function testNothingIsToldOfASuspendedOrTerminatedOne(): void
    {
        $this->runs('create', ['status' => 'set_ip']);
        $this->cron('ready', [], true);
        self::assertSame([], $this->sent());
        $this->runs('terminate', ['status' => 'removed']);
        $this->cron('ready');
        self::assertSame([], $this->sent());
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
            self::assertDoesNotMatchRegularExpression('/\{\$[^}]*(passw|secret|token)/', $template->message);
        }
    }

    public function testWhatTheHosterMadeOfATemplateStays(): void
    {
        $this->whmcs->mailTemplate(['name' => MailTemplates::NAMES['ready'], 'subject' => 'Ihr Server']);
        $this->cron('ready', [$this->service]);
        self::assertSame(['Ihr Server'], $this->sent());

        Capsule::table('tblemailtemplates')->update(['disabled' => 1]);
        $this->cron('ready', [$this->service]);
        self::assertSame(['Ihr Server'], $this->sent());
        self::assertSame(0, Capsule::table('tblactivitylog')->count());
    }

    public function testATemplateThatCannotBeMadeDoesNotKeepAMailBack(): void
    {
        Capsule::connection()->statement('ALTER TABLE tblemailtemplates ADD COLUMN more VARCHAR(9) NOT NULL DEFAULT 1');
        Capsule::connection()->statement('CREATE UNIQUE INDEX one ON tblemailtemplates (more)');
        $this->whmcs->mailTemplate(['name' => 'other']);
        $this->cron('ready', [$this->service]);
        self::assertSame(['Your virtual machine is ready'], $this->sent());
    }

    public function testAMailThatCannotBeSentIsReportedAndFailsNothing(): void
    {
        Capsule::table('tblhosting')->delete();
        $this->cron('ready', [$this->service]);
        self::assertStringContainsString(
            "The mail \"Proxmox KVM VM Ready\" of service {$this->service} was not sent: Service ID Not Found",
            Capsule::table('tblactivitylog')->value('description')
        );
    }

    /** @param array<string, mixed> $service in the core's reply */
    private function runs(string $command, array $service): void
    {
        $this->replyTo($command === 'changepackage' ? 'change_package' : $command, ['service' => $service]);
        self::assertSame('success', Dispatcher::run($command, $this->service));
    }

    /** @param list<int> $built */
    private function cron(string $status, array $built = [], bool $suspended = false): void
    {
        $this->replyTo('due', ['services' => [['id' => $this->service, 'server_id' => 1]]]);
        $this->replyTo('cron', ['ready' => $built]);
        $this->replyTo('show', ['service' => ['status' => $status, 'suspended' => $suspended]]);
        Dispatcher::cron();
    }

    /** @return list<string> subjects */
    private function sent(): array
    {
        return Capsule::table('tblemails')->orderBy('id')->pluck('subject')->all();
    }
}
