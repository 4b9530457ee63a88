<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

/** What the shop asks the module before anybody pays, and what a customer reads. */
final class CartTest extends StubTestCase
{
    private const NEED = ['family' => 'v4', 'addresses' => 1, 'bridge' => null, 'vlan' => null];

    private int $product;

    protected function setUp(): void
    {
        parent::setUp();
        Dispatcher::load();
        $this->product = $this->whmcs->product(['os_template' => '9000']);
        $this->replyTo('order_check', ['refusals' => [], 'needs' => [self::NEED], 'name' => null]);
    }

    protected function tearDown(): void
    {
        $_SESSION = $_REQUEST = [];
        parent::tearDown();
    }

    /** @param list<array<string, mixed>> $products */
    private static function cart(array $products): void
    {
        $_SESSION['cart'] = ['products' => $products];
    }

    /** @return array{int, int} a quantity, and a choice of the second of two words */
    private function options(): array
    {
        Capsule::table('tblproductconfiglinks')->insert(['gid' => 5, 'pid' => $this->product]);
        $insert = static fn (string $name, int $type): int => Capsule::table('tblproductconfigoptions')
            ->insertGetId(['gid' => 5, 'optionname' => $name, 'optiontype' => $type]);
        $disk = $insert('System Disk (GB)|Disk', 4);
        $system = $insert('Operating System', 1);
        Capsule::table('tblproductconfigoptionssub')->insert(['configid' => $system, 'optionname' => '9000|Debian']);

        return [$disk, $system];
    }

    /** @return list<string> */
    private static function asked(string $hook, array $vars = []): array
    {
        return array_merge(...run_hook($hook, $vars));
    }

    public function testAProductOfTheCartIsCheckedAsItIsConfigured(): void
    {
        $server = $this->whmcs->server();
        [$disk, $system] = $this->options();
        $debian = Capsule::table('tblproductconfigoptionssub')->value('id');
        self::cart([['pid' => 999], ['pid' => $this->product, 'configoptions' => [$disk => 10, $system => $debian]]]);
        $form = ['i' => '1', 'configoption' => [$disk => '40'], 'hostname' => 'web1', 'rootpw' => 'Ab3dE5gH1j'];
        self::assertSame([], self::asked('ShoppingCartValidateProductUpdate', $form));
        [$request] = $this->requests('order_check');
        self::assertSame(['web1', 1, $server], [$request['hostname'], $request['count'], $request['server']['id']]);
        self::assertSame(
            ['System Disk (GB)' => '40', 'Operating System' => '9000'],
            $request['package']['config_options']
        );
    }

    public function testABoxThatIsNotTickedAnyMoreIsNot(): void
    {
        $server = $this->whmcs->server();
        [$disk] = $this->options();
        $box = Capsule::table('tblproductconfigoptions')
            ->insertGetId(['gid' => 5, 'optionname' => 'IPv6 Addresses', 'optiontype' => 3]);
        self::cart([['pid' => $this->product, 'configoptions' => [$box => 1]]]);
        $service = $this->whmcs->service($this->product, $server, ['domainstatus' => 'Active']);
        $this->whmcs->configurableOption($service, 'IPv6 Addresses', 1);
        $upgrade = ['id' => $service, 'pid' => $this->product];
        foreach ([[$disk => '40'], [$disk => '40', $box => '1'], []] as $form) {
            self::asked('ShoppingCartValidateProductUpdate', ['i' => '0', 'configoption' => $form]);
            $_REQUEST = ['configoption' => $form];
            self::asked('ShoppingCartValidateUpgrade', $upgrade);
        }
        $chosen = array_column(array_column($this->requests('order_check'), 'package'), 'config_options');
        self::assertSame(['0', '0', '1', '1', '1', '1'], array_column($chosen, 'IPv6 Addresses'));
    }

    public function testWhatTheCoreRefusesIsASentence(): void
    {
        $this->whmcs->server();
        self::cart([['pid' => $this->product]]);
        $this->replyTo('order_check', ['needs' => [], 'refusals' => [
            ['code' => 'no_free_address', 'left' => 2],
            ['code' => 'host_name', 'client' => 'client_host_name', 'message' => 'not for customers'],
            ['code' => 'conflicting_configurable_options', 'client' => null, 'message' => 'not for customers'],
        ]]);
        $said = self::asked('ShoppingCartValidateProductUpdate', ['i' => 0]);
        self::assertCount(3, $said);
        self::assertStringContainsString('(left: 2)', $said[0]);
        self::assertStringContainsString('web1', $said[1]);
        self::assertStringContainsString('Please choose differently', $said[2]);
        self::assertStringNotContainsString('not for customers', implode($said));
    }

    public function testTheCoreIsAskedWhetherTheMachineWouldTakeThePassword(): void
    {
        $this->whmcs->server();
        self::cart([['pid' => $this->product]]);
        $form = ['i' => 0, 'rootpw' => 'Ab3d&amp;E5g'];
        self::assertSame([], self::asked('ShoppingCartValidateProductUpdate', $form));
        $refusal = ['code' => 'bad_password', 'client' => 'client_bad_password', 'message' => 'for staff'];
        $this->replyTo('order_check', ['needs' => [], 'refusals' => [$refusal]]);
        $said = implode(self::asked('ShoppingCartValidateProductUpdate', $form));
        self::assertStringContainsString('8 to 72 characters', $said);
        $sent = array_column($this->requests('order_check'), 'password');
        self::assertSame(['Ab3d&E5g', 'Ab3d&E5g'], $sent, 'as it was typed, and not as WHMCS encodes it');
        self::assertStringNotContainsString('E5g', $said, 'it is not repeated');
        $logged = (string) json_encode(Capsule::table('tblmodulelog')->get()->all());
        self::assertStringNotContainsString('E5g', $logged);
    }

    public function testTheProductsOfACartShareTheAddresses(): void
    {
        $server = $this->whmcs->server();
        self::cart([['pid' => $this->product, 'qty' => 2], ['pid' => 999], ['pid' => $this->product]]);
        self::assertSame([], self::asked('ShoppingCartValidateCheckout'));
        $requests = $this->requests('order_check');
        self::assertSame([2, 1], array_column($requests, 'count'));
        self::assertSame([[], [self::NEED]], array_column($requests, 'beside'));
        self::assertSame([$server, $server], array_column(array_column($requests, 'server'), 'id'));
    }

    public function testOneServerOfAGroupThatHasRoomIsEnough(): void
    {
        $this->whmcs->server();
        $this->whmcs->server(['assignedips' => '']);
        self::cart([['pid' => $this->product]]);
        $this->replyTo('order_check', ['needs' => [], 'refusals' => [['code' => 'no_free_address', 'left' => 0]]]);
        self::assertCount(1, self::asked('ShoppingCartValidateCheckout'), 'said once, not for each server');
        self::assertCount(2, $this->requests('order_check'), 'each was asked');
    }

    public function testAHostNameIsTakenByAnOrderThatIsNotPaidToo(): void
    {
        $server = $this->whmcs->server();
        $this->replyTo('order_check', ['refusals' => [], 'needs' => [], 'name' => 'web1.example.net']);
        $item = ['pid' => $this->product, 'server' => ['hostname' => 'web1']];
        self::cart([$item]);
        self::assertSame([], self::asked('ShoppingCartValidateCheckout'));
        self::cart([['qty' => 2] + $item]);
        self::assertStringContainsString('one at a time', self::asked('ShoppingCartValidateCheckout')[0]);
        self::cart([$item, $item]);
        self::assertCount(1, self::asked('ShoppingCartValidateCheckout'), 'twice in one cart');
        $other = $this->whmcs->service($this->product, $server, ['domain' => 'web1']);
        self::cart([$item]);
        self::assertStringContainsString('different one', self::asked('ShoppingCartValidateCheckout')[0]);
        Capsule::table('tblhosting')->where('id', $other)->update(['domainstatus' => 'Terminated']);
        self::assertSame([], self::asked('ShoppingCartValidateCheckout'));
    }

    public function testASmallerDiskIsRefusedBeforePayment(): void
    {
        $server = $this->whmcs->server();
        [$disk] = $this->options();
        $service = $this->whmcs->service($this->product, $server, ['domainstatus' => 'Active']);
        $this->whmcs->configurableOption($service, 'System Disk (GB)|Disk', 40);
        $this->replyTo('order_check', ['needs' => [], 'refusals' => [
            ['code' => 'disk_shrink', 'which' => 'system disk', 'has' => 40, 'wanted' => 20],
        ]]);
        $vars = ['id' => $service, 'pid' => $this->product];
        $said = self::asked('ShoppingCartValidateUpgrade', $vars);
        self::assertStringContainsString('at least 40 GB', $said[0]);
        $_REQUEST = ['configoption' => [$disk => '20']];
        self::asked('ShoppingCartValidateUpgrade', $vars);
        $chosen = array_column(array_column($this->requests('order_check'), 'package'), 'config_options');
        self::assertSame([['System Disk (GB)' => '40'], ['System Disk (GB)' => '20']], $chosen);
        self::assertSame($service, $this->requests('order_check')[0]['service']);
    }

    /** WHMCS gives it the first of a list and the least of a quantity, and says so to nobody. */
    public function testAnotherProductIsCheckedWithAllThatTheServiceWillHaveOfIt(): void
    {
        $server = $this->whmcs->server();
        $service = $this->whmcs->service($this->whmcs->product(['os_template' => '9001']), $server);
        [$disk, $system] = $this->options();
        Capsule::table('tblproductconfigoptions')->where('id', $disk)->update(['qtyminimum' => 20]);
        Capsule::table('tblproductconfigoptionssub')
            ->insert(['configid' => $system, 'optionname' => '9002|Ubuntu', 'sortorder' => -1]);
        $vars = ['id' => $service, 'pid' => $this->product];
        self::asked('ShoppingCartValidateUpgrade', $vars);
        $_REQUEST = ['configoption' => [$disk => '60']];
        self::asked('ShoppingCartValidateUpgrade', $vars);
        $chosen = array_column(array_column($this->requests('order_check'), 'package'), 'config_options');
        self::assertEquals([
            ['System Disk (GB)' => '20', 'Operating System' => '9002'],
            ['System Disk (GB)' => '60', 'Operating System' => '9002'],
        ], $chosen);
    }

    /** What fails for one product of a cart keeps no other, and nothing else of it, from being checked. */
    public function testWhatACartHoldsMayBeAnything(): void
    {
        $this->whmcs->server();
        $hostile = [
            ['pid' => [$this->product]],
            ['pid' => $this->product, 'qty' => [3], 'server' => 'x', 'configoptions' => 'y'],
            ['pid' => $this->product, 'qty' => '-4', 'server' => ['hostname' => ['web1'], 'rootpw' => ['a']]],
            ['pid' => (string) $this->product, 'qty' => '99999999999999999999', 'configoptions' => [[], 'z' => ['w']]],
        ];
        self::cart([...$hostile, ['pid' => $this->product, 'server' => ['rootpw' => 'short']]]);
        self::assertSame([], self::asked('ShoppingCartValidateCheckout'));
        self::assertContains('short', array_column($this->requests('order_check'), 'password'));
        self::assertSame([1, 1, PHP_INT_MAX, 1], array_column($this->requests('order_check'), 'count'));
        $this->replyTo('order_check', ['ok' => false, 'code' => 'store', 'message' => 'the store is full']);
        self::assertSame([], self::asked('ShoppingCartValidateCheckout'), 'who cannot look keeps no order back');
    }

    public function testNobodyIsKeptFromOrderingByWhatFails(): void
    {
        self::cart([['pid' => $this->product]]);
        self::assertSame([], self::asked('ShoppingCartValidateCheckout'), 'no server entry');
        $this->whmcs->server();
        $this->replyTo('order_check', ['ok' => false, 'code' => 'store', 'message' => 'the store is full']);
        self::assertSame([], self::asked('ShoppingCartValidateCheckout'));
        $service = $this->whmcs->service($this->product, 1);
        self::assertSame([], self::asked('ShoppingCartValidateUpgrade', ['id' => $service, 'pid' => $this->product]));
        foreach ([null, 'x', ['products' => 'y'], ['products' => ['z']]] as $cart) {
            $_SESSION['cart'] = $cart;
            self::assertSame([], self::asked('ShoppingCartValidateCheckout'));
            self::assertSame([], self::asked('ShoppingCartValidateProductUpdate', ['i' => ['a']]));
        }
        self::assertSame([], self::asked('ShoppingCartValidateUpgrade'));
    }

    public function testTheKeyOfAnOrderIsCheckedBeforeAnybodyPays(): void
    {
        $this->whmcs->server();
        $field = Capsule::table('tblcustomfields')->insertGetId(
            ['type' => 'product', 'relid' => $this->product, 'fieldname' => 'ssh KEY|Your SSH key']
        );
        self::cart([['pid' => $this->product, 'customfields' => [$field => 'ssh-ed25519 AAAA me &amp; you']]]);
        self::asked('ShoppingCartValidateCheckout');
        self::asked('ShoppingCartValidateProductUpdate', ['i' => '0', 'customfield' => [$field => 'ssh-rsa AAAA']]);
        $_SESSION['uid'] = 7;
        self::asked('ShoppingCartValidateCheckout');
        self::assertSame(
            [['ssh-ed25519 AAAA me & you', 0], ['ssh-rsa AAAA', 0], ['ssh-ed25519 AAAA me & you', 7]],
            array_map(
                static fn (array $one): array => [$one['ssh_key'], $one['client_id']],
                $this->requests('order_check')
            )
        );
        $missing = [['code' => 'ssh_key_missing', 'client' => 'client_ssh_key_missing']];
        $this->replyTo('order_check', ['refusals' => $missing, 'needs' => [], 'name' => null]);
        $told = 'This virtual machine has no password: please give a public SSH key.';
        self::assertSame([$told], self::asked('ShoppingCartValidateCheckout'));
        self::assertSame([$told], self::asked('ShoppingCartValidateProductUpdate', ['i' => '0']));
        unset($_SESSION['uid']);
        // Who logs in at the end may have one.
        self::assertSame([], self::asked('ShoppingCartValidateProductUpdate', ['i' => '0']));
        self::assertSame([$told], self::asked('ShoppingCartValidateCheckout'));
    }

    public function testTheKeyOfAnOrderGoesToTheCoreAndIntoNoLog(): void
    {
        $service = $this->whmcs->service($this->product, $this->whmcs->server());
        $field = Capsule::table('tblcustomfields')->insertGetId(
            ['type' => 'product', 'relid' => $this->product, 'fieldname' => 'SSH key']
        );
        $key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 "ada"@example.org';
        Capsule::table('tblcustomfieldsvalues')->insert(['fieldid' => $field, 'relid' => $service, 'value' => $key]);
        Dispatcher::run('create', $service);
        self::assertSame($key, $this->requests('create')[0]['ssh_key']);
        self::assertStringNotContainsString('AAAAC3NzaC1lZDI1NTE5', implode("\n", $this->everythingLogged()));
    }
}
