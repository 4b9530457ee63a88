<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\AddonPage;
use Tests\Support\AddonTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Stock\ProductSettings;

/** The settings of a product by form: what is drawn, sent, and stored. The core's part is answered by the stub. */
final class ProductFormTest extends AddonTestCase
{
    private const MORE = "# nights\r\nonboot = off";

    private int $product;

    protected function setUp(): void
    {
        parent::setUp();
        $this->whmcs->server();
        $this->product = $this->whmcs->product(['ram' => '2', 'more_settings' => self::MORE]);
        $this->answer([]);
        $this->replyTo('list', ['nodes' => [['name' => 'pve1', 'online' => true]], 'bridges' => []]);
    }

    public function testTheListLeadsToAFormOfEachProduct(): void
    {
        $link = "page=products&amp;id={$this->product}\">Settings</a>";
        self::assertStringContainsString($link, $this->page('products'));
        $html = $this->form();
        foreach (['Operation', 'The customer', 'Network', 'Building'] as $group) {
            self::assertStringContainsString("<legend>$group</legend>", $html);
        }
        $box = '/type="hidden" name="o_onboot" value="off">.*id="o_onboot"[^>]*>/';
        self::assertMatchesRegularExpression($box, $html);
        self::assertDoesNotMatchRegularExpression('/id="o_onboot"[^>]* checked/', $html);
        self::assertMatchesRegularExpression('/id="o_client_stop"[^>]* checked/', $html);
        self::assertMatchesRegularExpression('~for="o_shutdown_timeout">Time to shut down \(seconds\)</label>'
            . '<input[^>]*inputmode="numeric"[^>]*placeholder="120" value="">~', $html);
        self::assertStringContainsString('Default: 120', $html);
        self::assertStringContainsString('Default: not set', $html);
        self::assertMatchesRegularExpression('~id="o_target_node"[^>]*><option value="auto" selected>~', $html);
        self::assertStringContainsString('<option value="pve1">pve1</option>', $html);
        self::assertStringContainsString('line 3: &quot;boots&quot; is not known', $html);
    }

    public function testWhatWasChangedIsStoredAsWhmcsStoresIt(): void
    {
        $html = $this->save(['o_onboot' => 'on', 'o_ram' => '4'], [
            'options' => $this->options([7 => '4', 19 => "IN ACCEPT # a & 'b'", 24 => '# nights']),
        ]);
        self::assertSame("Product {$this->product}: saved RAM, Start with the node.", self::message($html));
        self::assertTrue(self::isGood($html));
        $sent = $this->requests('product_form')[1];
        self::assertSame(['ram' => '4', 'onboot' => 'on'], $sent['values']);
        self::assertSame(self::MORE, $sent['package']['options'][23]);
        $row = Capsule::table('tblproducts')->find($this->product);
        self::assertSame(
            ['4', 'IN ACCEPT # a &amp; &#039;b&#039;', '# nights', '1'],
            [$row->configoption7, $row->configoption19, $row->configoption24, $row->configoption6]
        );
        $log = Capsule::table('tblactivitylog')->pluck('description')->implode("\n");
        self::assertStringContainsString('saved RAM, Start with the node', $log);
    }

    public function testAWrongValueIsSaidAtItsFieldAndNothingIsStored(): void
    {
        $said = 'it is a number of seconds from 10 to 3600, not "<1>"';
        $html = $this->save(['o_shutdown_timeout' => '<1>', 'o_ram' => '4'], [
            'right' => false,
            'fields' => [
                ['key' => 'shutdown_timeout', 'value' => '<1>', 'meant' => null, 'changed' => true, 'wrong' => $said],
                ['key' => 'ram', 'value' => '4', 'meant' => '4', 'changed' => true, 'wrong' => null],
            ],
            'options' => $this->options([7 => '4']),
        ]);
        $message = 'Nothing was saved. What is marked is wrong:Time to shut down';
        self::assertStringContainsString($message, self::message($html));
        self::assertStringContainsString('href="#o_shutdown_timeout"', $html);
        self::assertMatchesRegularExpression('/has-error.*aria-invalid="true".*value="&lt;1&gt;"/s', $html);
        $sentence = 'It is a number of seconds from 10 to 3600, not &quot;&lt;1&gt;&quot;.';
        self::assertStringContainsString($sentence, $html);
        self::assertSame('2', Capsule::table('tblproducts')->value('configoption7'));
    }

    public function testWhatSomebodyElseChangedMeanwhileIsNotOverwritten(): void
    {
        $shown = self::fingerprint($this->form());
        Capsule::table('tblproducts')->update(['configoption7' => '3']);
        $changed = ['right' => true, 'lines' => [], 'options' => $this->options([7 => '4']), 'fields' => [
            ['key' => 'ram', 'value' => '4', 'meant' => '4', 'changed' => true, 'wrong' => null],
        ]];
        $stored = ['right' => true, 'lines' => [], 'options' => $this->options([7 => '3']), 'fields' => [
            ['key' => 'ram', 'value' => '3', 'meant' => '3', 'changed' => false, 'wrong' => null],
        ]];
        $this->replyTo('product_form', $changed);
        // The fourth question is what is stored now, for what stands beside the fields.
        foreach ([4 => $stored, 5 => $changed] as $question => $reply) {
            $file = "{$this->whmcs->directory}/product_form.reply.$question";
            file_put_contents($file, json_encode(['ok' => true] + $reply, JSON_THROW_ON_ERROR));
        }
        $html = $this->press('products', 'save', ['shown' => $shown, 'o_ram' => '4'], ['id' => $this->product]);
        self::assertStringContainsString('somebody has changed this product meanwhile', self::message($html));
        self::assertStringContainsString('value="4"', $html);
        self::assertStringContainsString('Stored now: 3', $html);
        self::assertSame('3', Capsule::table('tblproducts')->value('configoption7'));

        $again = self::fingerprint($html);
        self::assertNotSame($shown, $again);
        $html = $this->press('products', 'save', ['shown' => $again, 'o_ram' => '4'], ['id' => $this->product]);
        self::assertTrue(self::isGood($html), $html);
        self::assertSame('4', Capsule::table('tblproducts')->value('configoption7'));
    }

    public function testNobodyChangesAnythingWithoutTheTokenOrWithARoleThatMayOnlyLook(): void
    {
        $shown = self::fingerprint($this->form());
        $this->answer(['options' => $this->options([7 => '4'])]);
        $form = ['act' => 'save', 'shown' => $shown, 'o_ram' => '4', 'token' => 'forged'];
        $html = AddonPage::visit(['page' => 'products', 'id' => (string) $this->product], $form);
        self::assertStringContainsString('The form has expired', self::message($html));
        Capsule::table('tbladdonmodules')->updateOrInsert(
            ['module' => 'proxmoxkvm', 'setting' => 'look_only'],
            ['value' => 'Full Administrator']
        );
        $html = $this->press('products', 'save', ['shown' => $shown, 'o_ram' => '4'], ['id' => $this->product]);
        self::assertStringContainsString('may only look', self::message($html));
        self::assertSame('2', Capsule::table('tblproducts')->value('configoption7'));
        $typed = array_filter(array_column($this->requests('product_form'), 'values'));
        self::assertSame([], $typed, 'the core was not even asked');
    }

    /** Between what was read for the form and what is written, too. */
    public function testWhatChangesInTheLastMomentIsNotOverwritten(): void
    {
        $read = ProductSettings::of($this->product);
        Capsule::table('tblproducts')->update(['configoption22' => 'example.org']);
        self::assertFalse($read?->store($this->options([7 => '4', 22 => ''])));
        self::assertSame('2', Capsule::table('tblproducts')->value('configoption7'));
        self::assertTrue(ProductSettings::of($this->product)?->store($this->options([7 => '4'])));
        self::assertSame('4', Capsule::table('tblproducts')->value('configoption7'));
        // Case and blanks at an end count, though the database takes such texts for the same.
        $read = ProductSettings::of($this->product);
        Capsule::table('tblproducts')->update(['configoption22' => 'Example.org ']);
        self::assertFalse($read?->store($this->options([7 => '5'])));
    }

    public function testATextThatWhmcsCannotStoreIsRefused(): void
    {
        $html = $this->save(['o_firewall_rules' => 'x'], ['options' => $this->options([19 => str_repeat('&', 20000)])]);
        self::assertStringContainsString('longer than the 65,535 bytes', self::message($html));
        self::assertSame('', Capsule::table('tblproducts')->value('configoption19'));
    }

    public function testNamesAreTypedWhereProxmoxVeGivesNoList(): void
    {
        $this->replyTo('list', ['ok' => false, 'code' => 'pve_unreachable', 'message' => 'Nobody <is> there.']);
        $html = $this->form();
        self::assertStringContainsString('so type the names: Nobody &lt;is&gt; there.', $html);
        self::assertMatchesRegularExpression('/<input type="text"[^>]*id="o_target_node"/', $html);
        self::assertCount(1, $this->requests('list'), 'a server that does not answer is asked once');
    }

    public function testAProductOfAnotherModuleHasNoForm(): void
    {
        Capsule::table('tblproducts')->update(['servertype' => 'cpanel']);
        self::assertStringContainsString('WHMCS has no product of this module yet', $this->form());
        $html = $this->press('products', 'save', ['o_ram' => '4'], ['id' => $this->product]);
        self::assertStringContainsString('no such product', self::message($html));
    }

    private function form(): string
    {
        return $this->page('products', ['id' => $this->product]);
    }

    /**
     * @param array<string, string> $typed
     * @param array<string, mixed> $reply
     */
    private function save(array $typed, array $reply): string
    {
        $shown = self::fingerprint($this->form());
        $this->answer($reply);

        return $this->press('products', 'save', ['shown' => $shown] + $typed, ['id' => $this->product]);
    }

    /** @param array<string, mixed> $reply what is not as it is stored */
    private function answer(array $reply): void
    {
        $field = static fn (string $key, string $value, string $meant, bool $changed = false): array
            => ['key' => $key, 'value' => $value, 'meant' => $meant, 'changed' => $changed, 'wrong' => null];
        $changed = isset($reply['options']);
        $this->replyTo('product_form', $reply + [
            'right' => true,
            'lines' => ['line 3: "boots" is not known, did you mean onboot?'],
            'options' => $this->options([]),
            'fields' => [
                $field('target_node', '', 'auto'),
                $field('ram', '2', '2', $changed),
                $field('bridge', '', 'auto'),
                $field('firewall_policy_in', '', ''),
                $field('onboot', 'off', 'off', $changed),
                $field('shutdown_timeout', '', '120'),
                $field('client_stop', '', 'on'),
            ],
        ]);
    }

    /** @param array<int, string> $other by place @return list<string> what the product has, and what the core would store */
    private function options(array $other): array
    {
        $row = (array) Capsule::table('tblproducts')->find($this->product);

        return array_map(
            static fn (int $place): string => $other[$place] ?? (string) $row["configoption$place"],
            range(1, 24)
        );
    }

    private static function fingerprint(string $html): string
    {
        preg_match('/name="shown" value="([0-9a-f]{64})"/', $html, $found);

        return $found[1];
    }
}
