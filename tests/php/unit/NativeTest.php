<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\Php;
use Tests\Support\StubTestCase;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Core\FailedOpen;
use WHMCS\Module\Server\Proxmoxkvm\Core\Whereabouts;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

final class NativeTest extends StubTestCase
{
    public function testOneCoreServesAProcess(): void
    {
        Native::call('overview', []);
        Native::call('due', ['limit' => 5]);
        // No page waits for a command, so it may take its time.
        $open = ['store' => $this->whmcs->store, 'patient' => true, 'home' => Whereabouts::ofThis()];
        self::assertSame([$open], $this->requests('open'));
        self::assertSame([[]], $this->requests('overview'));
    }

    public function testAForkedChildOpensItsOwnCoreAndClosesNoOther(): void
    {
        $code = 'require $argv[1]; $ask = fn () => WHMCS\Module\Server\Proxmoxkvm\Native::call("overview", []);'
            . ' $ask(); $child = pcntl_fork(); $ask(); $child && pcntl_waitpid($child, $status);';
        $autoload = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/autoload.php';
        self::assertSame('', (new Php(['-r', $code, $autoload]))->output());
        self::assertCount(2, $this->requests('open'));
        self::assertCount(3, $this->requests('overview'));
        self::assertCount(2, file($this->whmcs->directory . '/close.requests'));
    }

    public function testAnErrorBringsItsReason(): void
    {
        $this->replyTo('create', ['ok' => false, 'code' => 'busy', 'message' => 'Busy.', 'retry' => true]);
        try {
            Native::call('create', []);
            self::fail('no error');
        } catch (CoreError $error) {
            self::assertSame(['busy', 'Busy.', true], [$error->reason, $error->getMessage(), $error->retry]);
        }
    }

    public function testAPageWaitsOnceForAStoreThatDoesNotOpen(): void
    {
        $tries = 0;
        $open = static function () use (&$tries): void {
            $tries++;
            throw new CoreError('store_unreachable', 'silent', true);
        };
        $asked = [['one', false, 1], ['one', false, 1], ['two', false, 2], ['one', true, 3]];
        foreach ($asked as [$store, $again, $all]) {
            try {
                FailedOpen::once($store, $open, $again);
                self::fail('no error');
            } catch (CoreError $error) {
                self::assertSame(['silent', $all], [$error->getMessage(), $tries]);
            }
        }
    }

    public function testAStoreThatDoesNotOpenIsTriedAgain(): void
    {
        $this->replyTo('open', ['ok' => false, 'code' => 'store', 'message' => 'The store is not ours.']);
        foreach ([1, 2] as $try) {
            try {
                Native::call('overview', []);
                self::fail('no error');
            } catch (CoreError $error) {
                self::assertSame('The store is not ours.', $error->getMessage(), "try $try");
            }
        }
        $this->replyTo('open', []);
        self::assertTrue(Native::call('overview', [])['ok']);
    }

    public function testAVerbThatTheLibraryDoesNotHave(): void
    {
        $this->expectException(Unavailable::class);
        $this->expectExceptionMessage('The library knows nothing of "fly": install PHP files and library of the same');
        Native::call('fly', []);
    }

    /** Its catalogue names what its header does not have: files of two versions. */
    public function testAFunctionThatTheLibraryDoesNotHave(): void
    {
        $this->replyTo('catalogue', ['verbs' => [['name' => 'fly', 'entry' => 'function', 'brings' => []]]]);
        $code = 'require $argv[1]; try { WHMCS\Module\Server\Proxmoxkvm\Native::call("fly", []); }'
            . ' catch (WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable $why) { echo $why->getMessage(); }';
        $autoload = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/autoload.php';
        $said = (new Php(['-r', $code, $autoload]))->output();
        self::assertStringContainsString('The library does not have the function "fly"', $said);
    }

    /** One function takes all actions, another all pages: which is asked stands first in the request. */
    public function testWhatIsAskedIsNamedToTheFunctionThatTakesIt(): void
    {
        $asked = ['start' => '{"do":"start","n":1}', 'show' => '{"read":"show","n":1}', 'create' => '{"n":1}'];
        foreach ($asked as $verb => $json) {
            Native::call($verb, ['n' => 1]);
            self::assertSame("$json\n", file_get_contents("{$this->whmcs->directory}/$verb.requests"));
        }
        // What a request holds itself names nothing.
        Native::call('stop', ['do' => 'terminate']);
        self::assertSame([[]], $this->requests('stop'));
        self::assertSame([], $this->requests('terminate'));
    }

    public function testNumbersKeepTheirKind(): void
    {
        Native::call('cron', ['budget_s' => 50.0, 'n' => 1 << 53, 'text' => 'ä/€']);
        self::assertSame(
            '{"budget_s":50.0,"n":9007199254740992,"text":"ä/€"}' . "\n",
            file_get_contents($this->whmcs->directory . '/cron.requests')
        );
    }
}
