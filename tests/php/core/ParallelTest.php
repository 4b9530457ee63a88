<?php

declare(strict_types=1);

namespace Tests\Core;

use Tests\Support\CoreTestCase;
use Tests\Support\Php;

final class ParallelTest extends CoreTestCase
{
    private const ORDERS = 16;

    public function testSixteenCreatesAtOnceShareNothing(): void
    {
        $services = [];
        for ($i = 0; $i < self::ORDERS; $i++) {
            $services[] = $this->order();
        }
        $pages = array_map(fn (int $service): Php => Php::page($this->whmcs, 'create', $service), $services);
        foreach ($pages as $page) {
            self::assertSame('success', $page->answer()['result']);
        }
        Php::page($this->whmcs, 'cron')->answer();

        $stored = array_map($this->assertReady(...), $services);
        self::assertCount(self::ORDERS, array_unique(array_column($stored, 'vmid')));
        self::assertCount(self::ORDERS, array_unique(array_merge(...array_column($stored, 'addresses'))));
        self::assertCount(self::ORDERS, $this->simulator->pve()->machines());
    }

    public function testOneOrderCreatedFromManyPagesAtOnceGivesOneMachine(): void
    {
        $service = $this->order();
        $pages = [];
        for ($i = 0; $i < 6; $i++) {
            $pages[] = Php::page($this->whmcs, 'create', $service);
            $pages[] = Php::page($this->whmcs, 'cron');
        }
        foreach ($pages as $page) {
            $page->answer();
        }
        // A page that came too late was told so; WHMCS's own retry is the admin's button.
        self::assertSame('success', Php::page($this->whmcs, 'create', $service)->answer()['result']);
        Php::page($this->whmcs, 'cron')->answer();

        $this->assertReady($service);
        self::assertCount(1, $this->simulator->pve()->machines());
    }
}
