<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\Shown;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Client\Sidebar;
use WHMCS\View\Menu\Item;

/** The entries of the module in WHMCS's menu beside the page of a service. */
final class SidebarTest extends StubTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        Dispatcher::load();
        $this->service = $this->whmcs->service(
            $this->whmcs->product(),
            $this->whmcs->server(),
            ['domainstatus' => 'Active']
        );
        $service = ['status' => 'ready', 'addresses' => ['192.0.2.10']];
        $this->replyTo('show', Shown::client($service) + ['permissions' => ['graphs' => true]]);
    }

    /** @return array<string, string> label => address */
    private function entries(int $service): array
    {
        $sidebar = new Item();
        $menu = $sidebar->addChild('Service Details Overview');
        Sidebar::fill($sidebar, $service);
        uasort($menu->children, static fn (Item $one, Item $other): int => $one->order <=> $other->order);

        return array_column($menu->children, 'uri', 'label');
    }

    public function testEachTabOfThePageHasAnEntry(): void
    {
        $page = fn (string $tab): string => "clientarea.php?action=productdetails&id=$this->service&vm=$tab";
        self::assertSame([
            'Overview' => $page('overview'),
            'Graphs' => $page('graphs'),
            'Network' => $page('network'),
            'Can’t reach it?' => $page('reach'),
            'History' => $page('history'),
        ], array_slice($this->entries($this->service), 0, 5));
        $this->replyTo('show', Shown::client(['status' => 'ready']));
        $found = array_keys($this->entries($this->service));
        self::assertNotContains('Graphs', $found, 'the product does not let');
        self::assertNotContains('Network', $found, 'there is no address');
    }

    public function testThereIsNoneWhereThePageHasNoTabs(): void
    {
        $this->replyTo('show', Shown::client(['status' => 'clone'], 'building'));
        self::assertSame([], $this->entries($this->service));
        self::assertSame([], $this->entries(99999), 'a service that is gone');
        Capsule::table('tblproducts')->update(['servertype' => 'cpanel']);
        $before = count($this->requests('show'));
        self::assertSame([], $this->entries($this->service), 'another module');
        self::assertCount($before, $this->requests('show'), 'and nothing is asked for it');
    }

    public function testAPageWithoutThatMenuIsLeftAlone(): void
    {
        $sidebar = new Item();
        Sidebar::fill($sidebar, $this->service);
        self::assertSame([], $sidebar->children);
        $this->replyTo('show', ['ok' => false, 'code' => 'store', 'message' => 'the store is full']);
        self::assertSame([], $this->entries($this->service), 'what fails takes nothing from the page');
    }
}
