<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use Tests\Support\StubTestCase;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/** A paid order of Windows does not wait for staff because of the password that WHMCS has made for it. */
final class FirstPasswordTest extends StubTestCase
{
    public function testWhereWindowsWouldNotTakeItAnotherOneTakesItsPlace(): void
    {
        Dispatcher::load();
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $made = Services::password($service);
        $this->replyTo('create', ['ok' => false, 'code' => 'no_free_address', 'message' => 'no address']);
        proxmoxkvm_CreateAccount(ParamsBuilder::service($service));
        self::assertSame($made, Services::password($service), 'what has another cause keeps it');
        self::assertCount(1, $this->requests('create'));

        $this->replyTo('create', ['ok' => false, 'code' => 'windows_password', 'message' => 'not for Windows']);
        $said = proxmoxkvm_CreateAccount(ParamsBuilder::service($service));
        self::assertSame('not for Windows', $said, 'once, and not for ever');
        $sent = array_column(array_column($this->requests('create'), 'service'), 'password');
        self::assertCount(3, $sent);
        self::assertSame([$made, $made, Services::password($service)], $sent);
        self::assertMatchesRegularExpression('/^[A-Za-z2-9.]{20}$/D', $sent[2]);
        foreach ($this->everythingLogged() as $logged) {
            self::assertStringNotContainsString($sent[2], $logged);
        }
    }
}
