<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use StandIn\Hooks;
use StandIn\ParamsBuilder;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

/** The stand-in does what WHMCS documents: other tests stand on that. */
final class StandInTest extends StubTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
    }

    protected function tearDown(): void
    {
        foreach (['PreModuleCreate', 'AfterModuleCreateFailed', 'AfterModuleChangePassword'] as $point) {
            Hooks::clear($point);
        }
    }

    public function testAHookAbortsACommandOrChangesItsParameters(): void
    {
        add_hook('PreModuleCreate', 5, static fn (): array => ['abortcmd' => true]);
        self::assertNotSame('success', Dispatcher::run('create', $this->service));
        self::assertSame([], $this->requests('create'));
        Hooks::clear('PreModuleCreate');

        add_hook('PreModuleCreate', 5, static fn (array $vars): array => ['domain' => "of {$vars['params']['pid']}"]);
        self::assertSame('success', Dispatcher::run('create', $this->service));
        self::assertSame('of 1', $this->requests('create')[0]['service']['domain']);
    }

    public function testAnAutomatedRunThatFailsIsQueuedOnceUntilItSucceeds(): void
    {
        $told = [];
        add_hook('AfterModuleCreateFailed', 1, static function (array $vars) use (&$told): void {
            $told[] = $vars['failureResponseMessage'];
        });
        $this->replyTo('create', ['ok' => false, 'code' => 'x', 'message' => 'No.', 'retry' => false]);
        Dispatcher::run('create', $this->service, [], false);
        self::assertSame(0, Capsule::table('tblmodulequeue')->count());
        Dispatcher::run('create', $this->service);
        Dispatcher::run('create', $this->service);
        $rows = Capsule::table('tblmodulequeue')->get(['num_retries', 'completed', 'last_attempt_error'])->all();
        self::assertEquals([(object) ['num_retries' => 1, 'completed' => 0, 'last_attempt_error' => 'No.']], $rows);
        self::assertSame(['No.', 'No.', 'No.'], $told);

        $this->replyTo('create', []);
        Dispatcher::run('create', $this->service);
        self::assertSame(1, (int) Capsule::table('tblmodulequeue')->value('completed'));
    }

    public function testANewPasswordIsKeptOnceTheModuleTookIt(): void
    {
        $changed = [];
        add_hook('AfterModuleChangePassword', 1, static function (array $vars) use (&$changed): void {
            $changed = $vars;
        });
        $stored = fn (): string => decrypt($this->whmcs->row($this->service)->password);
        $this->replyTo('change_password', ['ok' => false, 'code' => 'x', 'message' => 'No.', 'retry' => false]);
        self::assertSame('No.', Dispatcher::changePassword($this->service, 'new one'));
        self::assertSame('Ab3dE5gH1j', $stored());

        $this->replyTo('change_password', []);
        self::assertSame('success', Dispatcher::changePassword($this->service, 'new one'));
        self::assertSame('new one', $stored());
        self::assertSame('new one', $this->requests('change_password')[1]['service']['password']);
        self::assertSame(['Ab3dE5gH1j', 'new one'], [$changed['oldpassword'], $changed['newpassword']]);
    }

    public function testParametersHaveTheirTypes(): void
    {
        $field = Capsule::table('tblcustomfields')
            ->insertGetId(['type' => 'product', 'relid' => 1, 'fieldname' => 'Hostname|Name of the machine']);
        Capsule::table('tblcustomfieldsvalues')
            ->insert(['fieldid' => $field, 'relid' => $this->service, 'value' => 'a & b']);
        $this->whmcs->configurableOption($this->service, 'IPv4 Addresses|Addresses', 3);
        $params = ParamsBuilder::service($this->service);
        self::assertSame(['Hostname' => 'a &amp; b'], $params['customfields']);
        self::assertSame(['IPv4 Addresses' => 3], $params['configoptions']);
        self::assertSame([1, '8006', true], [$params['serverid'], $params['serverport'], $params['serversecure']]);
        self::assertSame('Ada Byron', $params['clientsdetails']['fullname']);
        self::assertNotSame(encrypt('x'), encrypt('x'));
        self::assertSame('x', decrypt(encrypt('x')));
    }
}
