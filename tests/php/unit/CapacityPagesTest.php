<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\AddonTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Front;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Server\Proxmoxkvm\Product\Fits;
use WHMCS\Module\Server\Proxmoxkvm\Product\Stock;
use WHMCS\Module\Server\Proxmoxkvm\Support\Csv;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Claims;

/** What is left of a cluster, what WHMCS sells of it, and tables to take away. */
final class CapacityPagesTest extends AddonTestCase
{
    private const NOBODY = ['ok' => false, 'code' => 'pve_unreachable', 'message' => 'nobody', 'retry' => true];

    private int $product;

    protected function setUp(): void
    {
        parent::setUp();
        $this->whmcs->server();
        $this->product = $this->whmcs->product(['os_template' => '9000']);
        Capsule::table('tblproducts')->update(['stockcontrol' => '1', 'qty' => 99, 'name' => 'VM']);
    }

    public function testHowManyFitIsAskedOnlyWhenSomebodyWantsIt(): void
    {
        self::assertStringContainsString('fits=1', $this->page('products'));
        self::assertSame([], $this->requests('capacity'));
        $this->fits(['memory' => 12, 'disk' => 7, 'addresses' => null, 'fits' => 7, 'unknown' => ['the <memory>']]);
        $page = $this->page('products', ['fits' => 1]);
        [$request] = $this->requests('capacity');
        self::assertSame([$this->product], array_column($request['packages'], 'id'));
        self::assertSame('9000', $request['packages'][0]['package']['options'][1]);
        $row = ">#$this->product VM</td>.*>12</td>.*>7</td>.*>no limit</td>.*>7</strong>.*the &lt;memory&gt;";
        self::assertMatchesRegularExpression("~$row~s", $page);
        $this->replyTo('capacity', self::NOBODY);
        self::assertStringContainsString('nobody', $this->page('products', ['fits' => 1]));
    }

    public function testOfManyProductsEachIsCounted(): void
    {
        for ($more = 0; $more < 50; $more++) {
            $this->whmcs->product(['os_template' => '9000']);
        }
        $this->page('products', ['fits' => 1]);
        $asked = array_map('count', array_column($this->requests('capacity'), 'packages'));
        self::assertSame([50, 1], $asked, 'so many at once as the core looks at');
    }

    /** Customers name themselves, and some spreadsheets part cells at other signs. */
    public function testNoCellOfATableIsAFormula(): void
    {
        $cells = ["=1", " =1", "\t=1", "a;=1", "a,+1", "a|@b", "a\n-1", "＝1", "\xff=1", "-5", "+5", "a=b", "web-1", "",
            7];
        $line = Csv::line($cells);
        $parts = preg_split('/[";,|\t\r\n]/', $line) ?: [];
        foreach (array_diff($parts, ['-5', '+5']) as $part) {
            self::assertDoesNotMatchRegularExpression('/^\s*[=+\-@＝＋－＠]/u', $part, $line);
        }
        foreach (['"-5"', '"+5"', '"a=b"', '"web-1"', '""', '"7"'] as $same) {
            self::assertStringContainsString($same, $line);
        }
    }

    public function testTheStockFollowsWhatFitsOnlyWhereItIsWantedAndKnown(): void
    {
        $this->fits(['memory' => 9, 'disk' => 9, 'addresses' => 5, 'fits' => 5, 'unknown' => []]);
        self::assertSame([], $this->update(), 'it is off at first');
        self::assertSame(99, $this->stock());
        $this->page('overview');
        Capsule::table('tbladdonmodules')->where('setting', Stock::SETTING)->delete();
        Capsule::table('tbladdonmodules')
            ->insert(['module' => 'proxmoxkvm', 'setting' => Stock::SETTING, 'value' => 'on']);
        $other = $this->whmcs->product();
        $waits = [
            $this->whmcs->service($this->product, 1, ['domainstatus' => 'Pending']),
            $this->whmcs->service($other, 0, ['domainstatus' => 'Pending']),
        ];
        $this->whmcs->service($this->product, 1, ['domainstatus' => 'Active']);
        self::assertSame(["stock of product #$this->product: 5"], $this->update());
        $pending = $this->requests('capacity')[0]['pending'];
        self::assertSame([[$waits[0]], [$waits[1]]], array_column($pending, 'services'), 'of all products');
        self::assertArrayHasKey('options', $pending[1]['package']);
        Capsule::table('tblproducts')->where('id', $other)->delete();

        $this->fits(['memory' => 0, 'disk' => 0, 'addresses' => 0, 'fits' => 0, 'unknown' => ['the memory of pve2']]);
        self::assertStringContainsString('is kept as it is: the memory of pve2', $this->update()[0]);
        $this->fits(['error' => ['message' => 'no template'], 'fits' => null]);
        self::assertStringContainsString('no template', $this->update()[0]);
        $this->replyTo('capacity', self::NOBODY);
        self::assertStringContainsString('nobody', $this->update()[0]);
        $this->fits(['memory' => null, 'disk' => null, 'addresses' => null, 'fits' => null, 'unknown' => []]);
        self::assertStringContainsString('nothing limits it', $this->update()[0]);
        self::assertSame(5, $this->stock(), 'an error changes nothing that is for sale');
        $this->fits(['memory' => 0, 'disk' => 8, 'addresses' => 8, 'fits' => 0, 'unknown' => []]);
        $this->update();
        self::assertSame(0, $this->stock());

        Capsule::table('tblproducts')->update(['stockcontrol' => '', 'qty' => 50]);
        self::assertSame([], $this->update(), 'WHMCS does not count this product');
        self::assertSame(50, $this->stock());
    }

    public function testTheStockIsSetByTheCronAndNotAtEveryRun(): void
    {
        $this->page('overview');
        Capsule::table('tbladdonmodules')
            ->insert(['module' => 'proxmoxkvm', 'setting' => Stock::SETTING, 'value' => 'on']);
        Capsule::table('tbladdonmodules')->where('setting', Stock::SETTING)->update(['value' => 'on']);
        $this->fits(['memory' => 3, 'disk' => 3, 'addresses' => 3, 'fits' => 3, 'unknown' => []]);
        ob_start();
        Dispatcher::cron();
        Dispatcher::cron();
        ob_end_clean();
        self::assertSame(3, $this->stock());
        self::assertCount(1, $this->requests('capacity'));
    }

    /** WHMCS would take none of them, and no other: the product is in maintenance, say. */
    public function testTheRoomOfOtherGroupsIsNotSold(): void
    {
        $server = $this->whmcs->server(['disabled' => 1]);
        Capsule::table('tblservergroupsrel')->insert(['groupid' => 5, 'serverid' => $server]);
        Capsule::table('tblproducts')->update(['servergroup' => 5]);
        $this->fits(['memory' => 9, 'disk' => 9, 'addresses' => 5, 'fits' => 5, 'unknown' => []]);
        self::assertSame(0, Fits::ofAll()[$this->product]->limits['fits']);
        Capsule::table('tblservers')->where('id', $server)->update(['disabled' => 0]);
        self::assertSame(5, Fits::ofAll()[$this->product]->limits['fits']);
    }

    public function testNodesAndStoragesOfTheServerThatIsChosen(): void
    {
        $this->page('servers');
        self::assertSame([], $this->requests('capacity'));
        $this->replyTo('capacity', [
            'nodes' => [['name' => 'pve1', 'online' => true, 'cpus' => 8, 'memory' => 8 << 30,
                'memory_free' => 2 << 30, 'guests' => 3]],
            'storages' => [['id' => 'ceph', 'node' => null, 'images' => true, 'backups' => false, 'total' => null,
                'free' => null]],
        ]);
        $page = $this->page('servers', ['server' => 1]);
        foreach (['2 of 8 GiB free', 'in service', 'all (shared)', '>disks<'] as $text) {
            self::assertStringContainsString($text, $page);
        }
        self::assertStringContainsString('max="8589934592" value="6442450944"', $page);
    }

    public function testLeasedAgainstSoldIsATable(): void
    {
        $service = $this->whmcs->service($this->product, 1, ['domain' => 'x']);
        $one = ['server_id' => 1, 'node' => 'pve1', 'status' => 'ready', 'domain' => '=cmd|calc'];
        $this->replyTo('overview', ['total' => 3, 'services' => [
            ['id' => $service, 'vmid' => 104, 'addresses' => ['192.0.2.9', '2001:db8::9'],
                'sold' => ['ipv4' => 2, 'ipv6' => 1]] + $one,
            ['id' => 8, 'vmid' => null, 'addresses' => ['192.0.2.10'], 'sold' => ['ipv4' => 1, 'ipv6' => 0]] + $one,
            ['id' => 9, 'status' => 'removed', 'addresses' => [], 'sold' => ['ipv4' => 1, 'ipv6' => 0]] + $one,
        ]]);
        $lines = $this->file('leases', 'leases.csv');
        self::assertCount(4, $lines);
        self::assertStringEndsWith('"ipv4_sold","ipv4_leased","ipv6_sold","ipv6_leased","differs",'
            . '"addresses"', $lines[0]);
        self::assertStringContainsString("\"$service\",\"Ada Byron\",\"VM\"", $lines[1]);
        self::assertStringEndsWith('"2","1","1","1","yes","192.0.2.9 2001:db8::9"', $lines[1]);
        self::assertStringContainsString("\"'=cmd|calc\"", $lines[1], 'a spreadsheet runs nothing');
        self::assertStringEndsWith('"1","1","0","0","no","192.0.2.10"', $lines[2]);
        self::assertStringEndsWith('"0","0","0","0","no",""', $lines[3]);
        self::assertSame(['limit' => 1000, 'offset' => 0], $this->requests('overview')[0]);

        $this->replyTo('orphans', ['orphans' => [['service' => 7, 'server' => 1, 'message' => 'gone, "really"']]]);
        self::assertSame('"7","1","gone, ""really"""', $this->file('orphans', 'orphans.csv')[1]);
        self::assertStringContainsString('Nothing was found', $this->page('csv', ['what' => 'secrets']));
    }

    public function testAccountsForServerSync(): void
    {
        $service = $this->whmcs->service($this->product, 1);
        $waits = $this->whmcs->service($this->product, 1);
        Capsule::table('tblclients')->update(['email' => 'ada@example.net']);
        Capsule::table('tblhosting')->where('id', $service)->update(['regdate' => '2024-02-29']);
        Capsule::table('tblhosting')->where('id', $waits)->update(['domain' => 'vm.example.net']);
        $this->replyTo('accounts', ['accounts' => [
            ['service' => $service, 'vmid' => 104, 'name' => '1-1', 'domain' => '1-1.example.net',
                'address' => '192.0.2.9', 'since' => 1795359845, 'suspended' => true],
            ['service' => 77, 'name' => '1-77', 'domain' => null, 'address' => null, 'since' => 0,
                'suspended' => false],
            ['service' => $waits, 'name' => null, 'domain' => null, 'address' => null, 'since' => 0,
                'suspended' => false],
        ]]);
        $reply = proxmoxkvm_ListAccounts(['serverid' => 1, 'serverhostname' => 'pve1.example.net']);
        self::assertTrue($reply['success']);
        [$one, $other, $waiting] = $reply['accounts'];
        self::assertSame('ada@example.net', $one['email']);
        self::assertSame(['1-1.example.net', '9000', '192.0.2.9', 'Suspended'], [
            $one['uniqueIdentifier'], $one['product'], $one['primaryip'], $one['status'],
        ]);
        self::assertSame('2024-02-29 00:00:00', $one['created'], 'Server Sync writes it over the date of the order');
        self::assertSame(['', '1-77', 'Active'], [$other['email'], $other['domain'], $other['status']]);
        self::assertSame('1970-01-01', substr($other['created'], 0, 10));
        self::assertSame('vm.example.net', $waiting['domain'], 'one that waits is found by what WHMCS calls it');
        $this->replyTo('accounts', self::NOBODY);
        self::assertSame(['success' => false, 'error' => 'nobody'], proxmoxkvm_ListAccounts(['serverid' => 1]));
    }

    /** @return list<string> */
    private function file(string $what, string $name): array
    {
        $answer = Front::answer(new Request([], 'GET', ['page' => 'csv', 'what' => $what], []));
        self::assertSame($name, $answer->file);

        return explode("\r\n", trim(implode('', [...$answer->lines])));
    }

    /** @param array<string, mixed> $row */
    private function fits(array $row): void
    {
        $this->replyTo('capacity', ['fits' => [['id' => $this->product] + $row]]);
    }

    /** @return list<string> */
    private function update(): array
    {
        Claims::take('stock');
        Capsule::table(Claims::TABLE)->where('what', 'stock')->delete();

        return Stock::update();
    }

    private function stock(): int
    {
        return (int) Capsule::table('tblproducts')->where('id', $this->product)->value('qty');
    }
}
