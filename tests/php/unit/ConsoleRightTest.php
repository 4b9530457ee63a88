<?php

declare(strict_types=1);

namespace Tests\Unit;

use Closure;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Console\Daemon;
use WHMCS\Module\Server\Proxmoxkvm\Console\Right;

/** Whether a customer may still have a console that is open. */
final class ConsoleRightTest extends StubTestCase
{
    private const CLIENT = 1;

    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $product = $this->whmcs->product();
        $this->service = $this->whmcs->service($product, $this->whmcs->server(), ['domainstatus' => 'Active']);
        $this->replyTo('show', ['actions' => [['name' => 'reboot'], ['name' => 'console']]]);
    }

    public function testItStaysWhileTheServiceIsTheirsAndTheProductGivesIt(): void
    {
        self::assertNull($this->lost());
        $asked = $this->requests('show')[0];
        self::assertSame(['service', 'actor', 'package'], array_keys($asked), 'no server: Proxmox VE is not asked');
        self::assertSame('client', $asked['actor']);
    }

    public function testItIsLostWithTheService(): void
    {
        foreach ([['userid' => 2], ['userid' => self::CLIENT, 'domainstatus' => 'Suspended']] as $now) {
            Capsule::table('tblhosting')->where('id', $this->service)->update($now);
            self::assertSame('other_owner', $this->lost());
        }
        Capsule::table('tblhosting')->where('id', $this->service)->delete();
        self::assertSame('other_owner', $this->lost());
        self::assertSame([], $this->requests('show'));
    }

    public function testItIsLostWhereTheProductGivesNoneAnyMore(): void
    {
        $this->replyTo('show', ['actions' => [['name' => 'reboot']]]);
        self::assertSame('not_allowed', $this->lost());
        $this->replyTo('show', ['ok' => false, 'code' => 'bad_package', 'message' => 'no number']);
        self::assertNull($this->lost(), 'settings that cannot be read take nothing away');
        Capsule::table('tblproducts')->update(['servertype' => 'another']);
        self::assertSame('not_allowed', $this->lost());
    }

    public function testTheProcessOfWebsocketsAsksTheProductNowAndThen(): void
    {
        $this->replyTo('show', ['actions' => []]);
        $console = ['service' => $this->service, 'client' => self::CLIENT];
        self::assertNull($this->inProcess($console, false));
        self::assertSame($console + ['why' => 'not_allowed'], $this->inProcess($console, true));
        $other = ['client' => 2] + $console;
        self::assertSame($other + ['why' => 'other_owner'], $this->inProcess($other, false));
    }

    private function lost(): ?string
    {
        return Right::lost($this->service, self::CLIENT);
    }

    /**
     * @param array<string, int> $console
     * @return array<string, int|string>|null
     */
    private function inProcess(array $console, bool $isWhole): ?array
    {
        $ask = static fn (): ?array => Daemon::lost($console, $isWhole);

        return Closure::bind($ask, null, Daemon::class)();
    }
}
