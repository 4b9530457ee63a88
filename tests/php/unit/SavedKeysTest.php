<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

/** The saved keys on the shop's page of a product: whose they are, where they are offered, and that they are only texts. */
final class SavedKeysTest extends StubTestCase
{
    private const KEYS = [['name' => '<b>me', 'kind' => 'ssh-ed25519', 'line' => 'ssh-ed25519 AAAA "me"']];

    private int $product;
    private int $field;

    protected function setUp(): void
    {
        parent::setUp();
        Dispatcher::load();
        $this->whmcs->server();
        $this->product = $this->whmcs->product(['os_template' => '9000']);
        $this->field = Capsule::table('tblcustomfields')
            ->insertGetId(['type' => 'product', 'relid' => $this->product, 'fieldname' => 'SSH key|Your key']);
        $this->replyTo('client_keys', ['keys' => self::KEYS]);
        $_SESSION = ['uid' => 1, 'cart' => ['products' => [['pid' => $this->product]]]];
        $_REQUEST = ['a' => 'confproduct', 'i' => '0'];
    }

    protected function tearDown(): void
    {
        $_SESSION = $_REQUEST = [];
        parent::tearDown();
    }

    private function page(string $filename = 'cart'): string
    {
        return implode('', run_hook('ClientAreaFooterOutput', ['filename' => $filename]));
    }

    public function testTheKeysOfWhoIsLoggedInAreOffered(): void
    {
        $page = $this->page();
        self::assertStringContainsString("data-proxmoxkvm-keys=\"$this->field\" hidden", $page);
        self::assertStringContainsString('value="ssh-ed25519 AAAA &quot;me&quot;"', $page);
        self::assertStringContainsString('&lt;b&gt;me', $page);
        self::assertStringNotContainsString(' name=', $page, 'the field alone is sent');
        [$request] = $this->requests('client_keys');
        self::assertSame(1, $request['client_id']);
        self::assertSame('9000', $request['package']['options'][1]);
    }

    /** @dataProvider others */
    public function testElsewhereNothingIsAskedOrSaid(callable $else): void
    {
        $else($this);
        self::assertSame('', $this->page($_REQUEST['filename'] ?? 'cart'));
        self::assertSame([], $this->requests('client_keys'));
    }

    /** @return iterable<string, array{callable(): mixed}> */
    public function others(): iterable
    {
        yield 'nobody is logged in' => [static fn () => $_SESSION['uid'] = 0];
        yield 'another page' => [static fn () => $_REQUEST['filename'] = 'clientarea'];
        yield 'the cart itself' => [static fn () => $_REQUEST['a'] = 'view'];
        yield 'no such product' => [static fn () => $_REQUEST['i'] = '7'];
        yield 'a list for a number' => [static fn () => $_REQUEST['i'] = ['0']];
        yield 'no field' => [static fn () => Capsule::table('tblcustomfields')->delete()];
        yield 'of another module' => [static fn () => Capsule::table('tblproducts')->update(['servertype' => 'other'])];
    }

    public function testWithoutKeysOrWithAnErrorThePageIsAsItWas(): void
    {
        $this->replyTo('client_keys', ['keys' => []]);
        self::assertSame('', $this->page());
        $this->replyTo('client_keys', ['ok' => false, 'code' => 'store', 'message' => 'gone']);
        self::assertSame('', $this->page());
    }
}
