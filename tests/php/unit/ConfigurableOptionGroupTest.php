<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Product\ConfigurableOptionGroup;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\ConfigurableOptions;

/** The configurable options that are made for a product, in WHMCS's tables. */
final class ConfigurableOptionGroupTest extends StubTestCase
{
    private const OPTIONS = [
        ['key' => 'ipv4_addresses', 'name' => 'IPv4 Addresses', 'short' => 'ipv4', 'included' => '2', 'most' => 16,
            'steps' => []],
        ['key' => 'ram', 'name' => 'RAM (GB)', 'short' => 'RAM', 'included' => '1.5', 'most' => 256, 'steps' => [
            ['value' => '1.5', 'number' => 1.5, 'unit' => 'GB'], ['value' => '2', 'number' => 2.0, 'unit' => 'GB'],
        ]],
        ['key' => 'network_rate', 'name' => 'Network Bandwidth', 'short' => null, 'included' => '0', 'most' => 1250,
            'steps' => [['value' => '0', 'number' => 0.0, 'unit' => 'Mbit/s'],
                ['value' => '1 Gbit/s', 'number' => 1000.0, 'unit' => 'Mbit/s']]],
        ['key' => 'os_template', 'name' => 'Operating System', 'short' => 'OS', 'included' => '9001', 'most' => 0,
            'steps' => []],
        ['key' => 'application', 'name' => 'Application', 'short' => null, 'included' => 'none', 'most' => 0,
            'steps' => []],
    ];

    private const TEMPLATES = [
        ['vmid' => 9000, 'name' => 'debian-12', 'node' => 'pve1'],
        ['vmid' => 9001, 'name' => 'windows & co', 'node' => 'pve1'],
    ];

    private int $product;

    protected function setUp(): void
    {
        parent::setUp();
        $this->whmcs->server();
        $this->product = $this->whmcs->product(['cpu_cores' => '2']);
        Capsule::table('tblcurrencies')->insert([['code' => 'EUR'], ['code' => 'USD']]);
        $this->replyTo('list', ['config_options' => self::OPTIONS, 'templates' => self::TEMPLATES]);
    }

    public function testTheGroupBeginsWithWhatTheProductIncludesHiddenAndFree(): void
    {
        self::assertStringStartsWith(
            "Product {$this->product} has 5 new configurable options. They are hidden and free of charge",
            ConfigurableOptionGroup::create($this->product)
        );
        self::assertSame([
            ['IPv4 Addresses|IPv4 addresses', 4, 2, 16, 0, 1],
            ['RAM (GB)|Memory', 1, 0, 0, 1, 1],
            ['Network Bandwidth|Network', 1, 0, 0, 2, 1],
            ['Operating System|Operating system', 1, 0, 0, 3, 1],
            ['Application|Application', 1, 0, 0, 4, 1],
        ], $this->rows('tblproductconfigoptions', [
            'optionname', 'optiontype', 'qtyminimum', 'qtymaximum', 'order', 'hidden',
        ]));
        self::assertSame([
            [1, 'IPv4 Addresses|IPv4 addresses', 0, 0],
            [2, '1.5|1.5 GB', 0, 0],
            [2, '2|2 GB', 1, 0],
            [3, '0|not limited', 0, 0],
            [3, '1 Gbit/s|1 Gbit/s', 1, 0],
            [4, '9001|windows &amp; co', 0, 0],
            [4, '9000|debian-12', 1, 0],
            [5, 'none|none', 0, 0],
        ], $this->rows('tblproductconfigoptionssub', ['configid', 'optionname', 'sortorder', 'hidden']));
        $prices = Capsule::table('tblpricing')->where('type', 'configoptions')->get();
        self::assertCount(16, $prices);
        self::assertSame([1, 2], $prices->where('relid', 7)->pluck('currency')->map('intval')->all());
        foreach ((array) $prices[0] as $column => $price) {
            if (!in_array($column, ['id', 'type', 'currency', 'relid'], true)) {
                self::assertSame(0.0, (float) $price, $column);
            }
        }
        $asked = $this->requests('list');
        self::assertSame(['config_options', 'templates'], array_column($asked, 'what'));
        self::assertSame('2', $asked[0]['package']['options'][5]);
    }

    /** Whatever WHMCS assigns by itself, the least or the first: it is the product's own. */
    public function testWhatWhmcsAssignsByItselfIsWhatTheProductIncludes(): void
    {
        ConfigurableOptionGroup::create($this->product);
        $service = $this->whmcs->service($this->product, 1);
        foreach (Capsule::table('tblproductconfigoptions')->get() as $option) {
            Capsule::table('tblhostingconfigoptions')->insert([
                'relid' => $service,
                'configid' => $option->id,
                'optionid' => Capsule::table('tblproductconfigoptionssub')->where('configid', $option->id)
                    ->orderBy('sortorder')->value('id'),
                'qty' => $option->qtyminimum,
            ]);
        }
        self::assertSame(
            array_column(self::OPTIONS, 'included', 'name'),
            ConfigurableOptions::of($service, $this->product)
        );
    }

    public function testASecondRunChangesNothing(): void
    {
        ConfigurableOptionGroup::create($this->product);
        Capsule::table('tblproductconfigoptions')->where('id', 1)->update(['hidden' => 0, 'qtymaximum' => 8]);
        Capsule::table('tblpricing')->where('relid', 1)->update(['monthly' => '2.50']);
        $before = $this->everything();
        self::assertSame(
            "Product {$this->product} has all configurable options already: nothing was changed.",
            ConfigurableOptionGroup::create($this->product)
        );
        self::assertSame($before, $this->everything());
    }

    public function testASecondRunAddsWhatIsMissing(): void
    {
        ConfigurableOptionGroup::create($this->product);
        Capsule::table('tblproductconfigoptions')->where('id', 2)->delete();
        $new = ['vmid' => 9002, 'name' => 'alma-9', 'node' => 'pve1'];
        $this->replyTo('list', ['config_options' => self::OPTIONS, 'templates' => [...self::TEMPLATES, $new]]);
        self::assertStringContainsString(
            '1 new templates were added',
            $said = ConfigurableOptionGroup::create($this->product)
        );
        self::assertStringContainsString('1 new configurable options', $said);
        self::assertSame(1, Capsule::table('tblproductconfiggroups')->count());
        self::assertSame(1, Capsule::table('tblproductconfiglinks')->count());
        self::assertSame(
            ['Application|Application', 'IPv4 Addresses|IPv4 addresses', 'Network Bandwidth|Network',
                'Operating System|Operating system', 'RAM (GB)|Memory'],
            Capsule::table('tblproductconfigoptions')->orderBy('optionname')->pluck('optionname')->all()
        );
        $choice = Capsule::table('tblproductconfigoptionssub')->where('optionname', '9002|alma-9')->first();
        self::assertSame([4, 2, 1], [(int) $choice->configid, (int) $choice->sortorder, (int) $choice->hidden]);
    }

    public function testOptionsOfTheHosterStayAsTheyAre(): void
    {
        $group = Capsule::table('tblproductconfiggroups')->insertGetId(['name' => 'Ours', 'description' => '']);
        Capsule::table('tblproductconfiglinks')->insert(['gid' => $group, 'pid' => $this->product]);
        foreach (['ipv4|Addresses', ' Operating  System|Image', 'Colour'] as $name) {
            Capsule::table('tblproductconfigoptions')->insert([
                'gid' => $group, 'optionname' => $name, 'optiontype' => 1,
            ]);
        }
        $before = $this->rows('tblproductconfigoptions', ['id', 'gid', 'optionname', 'optiontype']);
        ConfigurableOptionGroup::create($this->product);
        $after = $this->rows('tblproductconfigoptions', ['id', 'gid', 'optionname', 'optiontype']);
        self::assertSame($before, array_slice($after, 0, 3));
        self::assertSame(
            ['RAM (GB)|Memory', 'Network Bandwidth|Network', 'Application|Application'],
            array_column(array_slice($after, 3), 2)
        );
        self::assertSame(0, Capsule::table('tblproductconfigoptionssub')->where('configid', 2)->count());
    }

    public function testEveryProductHasAGroupOfItsOwn(): void
    {
        ConfigurableOptionGroup::create($this->product);
        ConfigurableOptionGroup::create($this->whmcs->product());
        self::assertSame(10, Capsule::table('tblproductconfigoptions')->count());
        self::assertSame(
            ['proxmoxkvm 1', 'proxmoxkvm 2'],
            Capsule::table('tblproductconfiggroups')->orderBy('id')->pluck('name')->all()
        );
    }

    public function testWithoutProxmoxTheProductsTemplateIsTheOnlyChoice(): void
    {
        $down = ['ok' => false, 'code' => 'pve_unreachable', 'message' => 'Nobody is there.'];
        file_put_contents("{$this->whmcs->directory}/list.reply.2", json_encode($down));
        self::assertStringContainsString(
            'The templates could not be listed (Nobody is there.); run it again',
            ConfigurableOptionGroup::create($this->product)
        );
        self::assertSame(
            ['9001'],
            Capsule::table('tblproductconfigoptionssub')->where('configid', 4)->pluck('optionname')->all()
        );
    }

    public function testAProductOfAnotherModuleIsRefused(): void
    {
        Capsule::table('tblproducts')->where('id', $this->product)->update(['servertype' => 'cpanel']);
        $this->expectException(Unavailable::class);
        $this->expectExceptionMessage("WHMCS has no product {$this->product} with this module.");
        ConfigurableOptionGroup::create($this->product);
    }

    /** @return list<list<int|string>> */
    private function rows(string $table, array $columns): array
    {
        $texts = ['optionname'];
        $row = static fn (object $row): array => array_map(
            static fn (string $column) => in_array($column, $texts, true) ? $row->$column : (int) $row->$column,
            $columns
        );

        return Capsule::table($table)->orderBy('id')->get()->map($row)->all();
    }

    private function everything(): string
    {
        $tables = ['groups', 'links', 'options', 'optionssub'];
        $rows = array_map(static fn (string $table) => Capsule::table("tblproductconfig$table")->get(), $tables);

        return json_encode([...$rows, Capsule::table('tblpricing')->get()], JSON_THROW_ON_ERROR);
    }
}
