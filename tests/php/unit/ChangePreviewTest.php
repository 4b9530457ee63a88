<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\ClientPage;
use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use Tests\Support\Shown;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Admin\AdminTab;

/** What a change of package would do: on WHMCS's page of upgrades, and for staff before they press Change Package. */
final class ChangePreviewTest extends StubTestCase
{
    private const PREVIEW = [
        'sold' => [
            ['key' => 'ram', 'unit' => 'GB', 'from' => 2.0, 'to' => 4.0],
            ['key' => 'network_rate', 'unit' => 'Mbit/s', 'from' => 0.0, 'to' => 1000.0, 'unlimited' => true],
            ['key' => 'additional_disk', 'unit' => 'GB', 'from' => 100.0, 'to' => 100.0, 'stays' => true],
            ['key' => 'ipv4_addresses', 'unit' => '', 'from' => 1.0, 'to' => 2.0],
        ],
        'system' => true, 'changes' => true, 'starts' => false, 'waits' => null,
        'calls' => ['shut down', 'write <memory>', 'start'], 'restart' => true, 'usual_s' => 75.0, 'refusal' => null,
    ];

    private int $service;
    private int $product;

    protected function setUp(): void
    {
        parent::setUp();
        Dispatcher::load();
        $this->product = $this->whmcs->product();
        $this->service = $this->whmcs->service($this->product, $this->whmcs->server(), ['domainstatus' => 'Active']);
        $this->replyTo('change_preview', self::PREVIEW);
    }

    protected function tearDown(): void
    {
        $_REQUEST = $_SESSION = [];
        parent::tearDown();
    }

    public function testWhoUpgradesReadsWhatItDoes(): void
    {
        ClientPage::login(1);
        $html = $this->upgrade(['pid' => (string) $this->product]);
        $told = [
            'Memory: 2 GB → 4 GB', 'not limited → 1 Gbit/s', '100 GB stays as it is', 'IPv4 addresses: 1 → 2',
            'choose it under Rebuild', 'shut down for it, and started again', 'takes 1 min',
        ];
        foreach ($told as $text) {
            self::assertStringContainsString($text, $html);
        }
        self::assertStringNotContainsString('memory&gt;', $html, 'what Proxmox VE is asked is no customer\'s business');
        [$request] = $this->requests('change_preview');
        self::assertSame(['client', $this->service], [$request['actor'], $request['service']['id']]);

        $refusal = ['code' => 'disk_shrink', 'message' => null, 'client' => null];
        $this->replyTo('change_preview', ['refusal' => $refusal] + self::PREVIEW);
        self::assertStringNotContainsString('Memory', $this->upgrade(['pid' => (string) $this->product]));
        $refusal = ['which' => 'system disk', 'has' => 40, 'wanted' => 20] + $refusal;
        $this->replyTo('change_preview', ['refusal' => $refusal] + self::PREVIEW);
        self::assertStringContainsString('has 40 GB', $this->upgrade(['pid' => (string) $this->product]));
        $nothing = ['sold' => [], 'system' => false, 'changes' => false, 'usual_s' => null];
        $this->replyTo('change_preview', $nothing + self::PREVIEW);
        self::assertSame('', $this->upgrade(['pid' => (string) $this->product]), 'nothing is to be said');
        foreach (['backup' => 'busy at this moment', 'build' => 'set up with the new choice'] as $waits => $text) {
            $this->replyTo('change_preview', ['waits' => $waits] + self::PREVIEW);
            self::assertStringContainsString($text, $this->upgrade(['pid' => (string) $this->product]));
        }
        $this->replyTo('change_preview', ['starts' => true] + self::PREVIEW);
        self::assertStringContainsString('is off, and is started', $this->upgrade(['pid' => (string) $this->product]));
        $silent = ['ok' => false, 'code' => 'pve_unreachable', 'message' => 'x', 'retry' => true];
        $this->replyTo('change_preview', $silent);
        self::assertSame('', $this->upgrade(['pid' => (string) $this->product]));
    }

    public function testNobodyElseIsTold(): void
    {
        ClientPage::login(2);
        self::assertSame('', $this->upgrade(['pid' => (string) $this->product]));
        ClientPage::login(1);
        self::assertSame('', $this->upgrade([]), 'nothing is chosen yet');
        self::assertSame('', $this->upgrade(['pid' => '1', 'filename' => 'cart']));
        self::assertSame([], $this->requests('change_preview'));
    }

    public function testStaffReadTheCallsBeforeTheyPress(): void
    {
        $line = ['what' => 'ram', 'wanted' => '4', 'actual' => '2', 'same' => true];
        $shown = Shown::admin(['id' => $this->service, 'status' => 'ready']);
        $field = function (bool $same) use ($line, $shown): string {
            $this->replyTo('show', ['compare' => [['same' => $same] + $line]] + $shown);

            return AdminTab::of(ParamsBuilder::service($this->service))['Change Package would'] ?? '';
        };
        self::assertSame('', $field(true));
        self::assertSame([], $this->requests('change_preview'), 'and nobody looks');
        $html = $field(false);
        foreach (['<li>write &lt;memory&gt;</li>', 'shut down for it', 'from the click to the end'] as $text) {
            self::assertStringContainsString($text, $html);
        }
        $refusal = ['code' => 'disk_shrink', 'message' => 'the disk has <9> GB', 'client' => null];
        $this->replyTo('change_preview', ['refusal' => $refusal] + self::PREVIEW);
        self::assertStringContainsString('would be refused: the disk has &lt;9&gt; GB', $field(false));
    }

    public function testNobodyReadsWhatAProductHasThatNoUpgradeLeadsTo(): void
    {
        ClientPage::login(1);
        $hidden = (string) $this->whmcs->product();
        self::assertSame('', $this->upgrade(['pid' => $hidden]));
        self::assertSame([], $this->requests('change_preview'));
        Capsule::table('tblproduct_upgrade_products')
            ->insert(['product_id' => $this->product, 'upgrade_product_id' => (int) $hidden]);
        self::assertStringContainsString('Memory', $this->upgrade(['pid' => $hidden]));
    }

    /** @param array<string, string> $request */
    private function upgrade(array $request): string
    {
        $_REQUEST = ['id' => (string) $this->service] + $request;

        return implode('', run_hook('ClientAreaFooterOutput', ['filename' => $request['filename'] ?? 'upgrade']));
    }
}
