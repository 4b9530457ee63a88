<?php

declare(strict_types=1);

namespace Tests\Unit;

use Closure;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Console\Daemon;
use WHMCS\Module\Server\Proxmoxkvm\Console\Opener;
use WHMCS\Module\Server\Proxmoxkvm\Console\Right;

/** Whether a customer may still have a console that is open. */
final class ConsoleRightTest extends StubTestCase
{
    private const CLIENT = 1;

    private int $service;
    private string $opener = '';

    protected function setUp(): void
    {
        parent::setUp();
        $product = $this->whmcs->product();
        $this->service = $this->whmcs->service($product, $this->whmcs->server(), ['domainstatus' => 'Active']);
        $this->replyTo('show', ['actions' => [['name' => 'reboot'], ['name' => 'console']]]);
    }

    protected function tearDown(): void
    {
        $_SESSION = [];
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
        $console = ['service' => $this->service, 'client' => self::CLIENT, 'opener' => ''];
        self::assertNull($this->inProcess($console, false));
        self::assertSame($console + ['why' => 'not_allowed'], $this->inProcess($console, true));
        $other = ['client' => 2] + $console;
        self::assertSame($other + ['why' => 'other_owner'], $this->inProcess($other, false));
    }

    public function testAUserOfTheAccountHasItAsLongAsHeSeesItsProducts(): void
    {
        $_SESSION['user'] = 5;
        self::assertSame('', Opener::user(self::CLIENT), 'WHMCS does not say that he may: nobody is asked again');
        $users = Capsule::table('tblusers_clients');
        $row = ['auth_user_id' => 5, 'client_id' => self::CLIENT];
        $users->insert($row + ['owner' => 0, 'permissions' => 'profile,products']);
        $this->opener = Opener::user(self::CLIENT);
        self::assertSame('user:5', $this->opener);
        self::assertNull($this->lost());
        foreach (['profile,manageproducts', '', null] as $permissions) {
            Capsule::table('tblusers_clients')->update(['permissions' => $permissions]);
            self::assertSame('not_allowed', $this->lost());
        }
        Capsule::table('tblusers_clients')->update(['owner' => 1]);
        self::assertNull($this->lost(), 'the owner has all permissions');
        Capsule::table('tblusers_clients')->delete();
        self::assertSame('not_allowed', $this->lost());
    }

    public function testAnAdminHasItAsLongAsHisAccountIsOn(): void
    {
        $_SESSION['adminid'] = Capsule::table('tbladmins')->insertGetId(['username' => 'ada']);
        $console = ['service' => $this->service, 'client' => null, 'opener' => Opener::admin()];
        self::assertNull($this->inProcess($console, true));
        Capsule::table('tbladmins')->update(['disabled' => 1]);
        self::assertSame($console + ['why' => 'not_allowed'], $this->inProcess($console, true));
        Capsule::table('tbladmins')->delete();
        self::assertSame($console + ['why' => 'not_allowed'], $this->inProcess($console, true));
    }

    private function lost(): ?string
    {
        return Right::lost($this->service, self::CLIENT, $this->opener);
    }

    /**
     * @param array<string, int|string|null> $console
     * @return array<string, int|string|null>|null
     */
    private function inProcess(array $console, bool $isWhole): ?array
    {
        $ask = static fn (): ?array => Daemon::lost($console, $isWhole);

        return Closure::bind($ask, null, Daemon::class)();
    }
}
