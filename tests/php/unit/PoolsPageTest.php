<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\AddonTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Stock\PoolPreview;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** Address lines changed on the addon's page: what the core is asked, and when its answer is stored. */
final class PoolsPageTest extends AddonTestCase
{
    private const LINE = [
        'bridge' => 'vmbr0', 'vlan' => '10', 'addresses' => '192.0.2.60-192.0.2.70', 'prefix' => '24',
        'gateway' => '192.0.2.1', 'resolvers' => '192.0.2.53',
    ];

    private int $server;

    protected function setUp(): void
    {
        parent::setUp();
        $this->server = $this->whmcs->server(['assignedips' => "# rack &amp; row\r\nold"]);
    }

    public function testAPreviewStoresNothingAndKeepsWhatWasTyped(): void
    {
        $this->replyTo('pool_edit', ['text' => 'new', 'line' => [
            'number' => 3, 'first' => '192.0.2.60', 'last' => '192.0.2.70', 'total' => 11, 'free' => 9, 'leased' => 2,
            'used' => [['address' => '192.0.2.60', 'service' => 7]], 'reverse_zones' => ['2.0.192.in-addr.arpa'],
        ]]);
        $page = $this->press('pools', 'preview', self::LINE, ['server' => $this->server, 'form' => 'add']);
        self::assertTrue(self::isGood($page));
        $said = self::message($page);
        foreach (
            ['gives 11 addresses, 192.0.2.60 to 192.0.2.70; 9', '(2): 192.0.2.60 (#7), …', 'arpa (not set up)',
                'Nothing is saved'] as $text
        ) {
            self::assertStringContainsString($text, $said);
        }
        [$request] = $this->requests('pool_edit');
        self::assertSame("# rack & row\r\nold", $request['server']['assigned_ips']);
        $line = 'vmbr0|10|192.0.2.60-192.0.2.70|24|192.0.2.1|192.0.2.53';
        self::assertSame(['do' => 'add', 'line' => $line], $request['edit']);
        self::assertSame("# rack &amp; row\r\nold", $this->stored());
        foreach (self::LINE as $name => $value) {
            self::assertSame($value, self::dom($page)->evaluate("string(//label//input[@name='$name']/@value)"));
        }
    }

    public function testAReverseZoneThatHoldsTheNamesIsThere(): void
    {
        Zones::prepare();
        $there = ['2.0.192.in-addr.arpa', '8.b.d.0.1.0.0.2.ip6.arpa'];
        foreach (['0.192.In-Addr.arpa.', '8.b.d.0.1.0.0.2.ip6.arpa'] as $zone) {
            Capsule::table(Zones::TABLE)->insert(['zone' => $zone, 'provider' => 'powerdns']);
        }
        self::assertStringNotContainsString('not set up', PoolPreview::zones($there));
        self::assertStringContainsString('not set up', PoolPreview::zones(['2.10.192.in-addr.arpa']));
    }

    public function testWhatTheCoreMakesOfALineIsStoredAsWhmcsStoresIt(): void
    {
        $this->replyTo('pool_edit', ['text' => "# rack & row\r\nnew", 'line' => null]);
        $page = $this->save(self::LINE);
        self::assertSame('The address lines of pve1 are saved.', self::message($page));
        self::assertSame("# rack &amp; row\r\nnew", $this->stored());
        $logged = Capsule::table('tblactivitylog')->value('description');
        self::assertStringContainsString('Address lines of pve1 changed', $logged);
        $this->save(['number' => '2'] + self::LINE);
        self::assertSame(2, $this->requests('pool_edit')[1]['edit']['number']);
    }

    public function testWhatIsRefusedIsNotStored(): void
    {
        $why = '192.0.2.10 is leased to service 7 <b>';
        $this->replyTo('pool_edit', ['ok' => false, 'code' => 'addresses_in_use', 'message' => $why, 'retry' => false]);
        $page = $this->save(self::LINE);
        self::assertFalse(self::isGood($page));
        self::assertSame($why, self::message($page));
        self::assertStringNotContainsString('<b>', $page);
        self::assertSame('vmbr0', self::dom($page)->evaluate("string(//input[@name='bridge']/@value)"));
        $page = $this->press('pools', 'remove', ['number' => '2', 'shown' => $this->shown()]);
        self::assertSame($why, self::message($page));
        self::assertSame("# rack &amp; row\r\nold", $this->stored());
    }

    /** Two admins, or one and WHMCS's own page: who comes second reads that. */
    public function testWhatSomebodyElseHasChangedIsNotOverwritten(): void
    {
        $this->replyTo('pool_edit', ['text' => 'new', 'line' => null]);
        $shown = $this->shown();
        Capsule::table('tblservers')->update(['assignedips' => 'theirs']);
        $page = $this->press('pools', 'save', ['shown' => $shown] + self::LINE);
        self::assertStringContainsString('somebody has changed', self::message($page));
        $page = $this->press('pools', 'reserve', ['shown' => '', 'addresses' => '192.0.2.9']);
        self::assertStringContainsString('somebody has changed', self::message($page));
        self::assertSame('theirs', $this->stored());
        self::assertSame([], $this->requests('pool_edit'));
        $this->replyTo('pool_edit', ['text' => str_repeat('&', 20000), 'line' => null]);
        self::assertStringContainsString('longer than', self::message($this->save(self::LINE)));
        self::assertSame('theirs', $this->stored());
    }

    public function testReservedAddressesAndTheLevelOfTheWarning(): void
    {
        $this->replyTo('pools', ['lines' => [], 'warn' => 12, 'reserved' => [
            ['line' => 4, 'first' => '192.0.2.9', 'last' => '192.0.2.9', 'note' => 'the <office>', 'services' => [7]],
        ]]);
        $dom = self::dom($this->page('pools'));
        self::assertSame('12', $dom->evaluate("string(//label//input[@name='level']/@value)"));
        $cells = array_map(
            static fn ($cell): string => trim($cell->textContent),
            iterator_to_array($dom->query('//tbody/tr[1]/td'))
        );
        self::assertSame(['192.0.2.9', 'the <office>', '#7', 'Release'], $cells);
        $this->replyTo('pool_edit', ['text' => 'new', 'line' => null]);
        $edits = [
            ['reserve', ['addresses' => '192.0.2.9', 'note' => 'a|b'], ['do' => 'reserve', 'addresses' => '192.0.2.9',
                'note' => 'a|b']],
            ['release', ['number' => '4'], ['do' => 'release', 'number' => 4]],
            ['warn', ['level' => '7'], ['do' => 'warn', 'level' => 7]],
            ['warn', ['level' => ''], ['do' => 'warn', 'level' => null]],
        ];
        foreach ($edits as $place => [$button, $form, $edit]) {
            $page = $this->press('pools', $button, ['shown' => $this->shown()] + $form);
            self::assertTrue(self::isGood($page), self::message($page));
            self::assertSame($edit, $this->requests('pool_edit')[$place]['edit']);
        }
    }

    public function testALineIsEditedInTheFieldsThatItHas(): void
    {
        $this->replyTo('pools', ['lines' => [[
            'line' => 2, 'bridge' => 'vmbr1', 'vlan' => 0, 'first' => '2001:db8::1', 'last' => '2001:db8::9',
            'prefix' => 64, 'gateway' => null, 'dns' => ['2001:db8::53', '2001:db8::54'], 'total' => 9, 'leased' => 0,
            'free' => 9, 'family' => 6, 'reverse_zones' => [],
        ]]]);
        $dom = self::dom($this->page('pools', ['form' => 2]));
        self::assertSame(2, $this->requests('pools')[0]['number']);
        $value = static fn (string $name): string => $dom->evaluate("string(//form//input[@name='$name']/@value)");
        $expected = ['vmbr1', '0', '2001:db8::1-2001:db8::9', '64', '', '2001:db8::53,2001:db8::54'];
        self::assertSame($expected, array_map($value, array_keys(self::LINE)));
        self::assertSame('2', $value('number'));
        self::assertSame('remove', $dom->evaluate("string(//button[contains(@class, 'danger')]/@value)"));
        $bar = self::dom($this->page('pools'))->query('//progress')->item(0);
        self::assertSame(['9', '0', '0 of 9 leased'], [
            $bar->getAttribute('max'), $bar->getAttribute('value'), $bar->getAttribute('aria-label'),
        ]);
    }

    /** @param array<string, string> $line */
    private function save(array $line): string
    {
        return $this->press('pools', 'save', ['shown' => $this->shown()] + $line, ['form' => 'add']);
    }

    /** What the page was made from. */
    private function shown(): string
    {
        $page = $this->page('pools', ['form' => 'add']);

        return self::dom($page)->evaluate("string(//form//input[@name='shown']/@value)");
    }

    private function stored(): string
    {
        return (string) Capsule::table('tblservers')->where('id', $this->server)->value('assignedips');
    }
}
