<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\AddonPage;
use Tests\Support\AddonTestCase;
use Tests\Support\Php;
use Tests\Support\Source;
use Tests\Support\StubLibrary;
use Tests\Support\TempDir;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Addon;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The addon module as WHMCS sees it: functions, activation, who may do what. */
final class AddonTest extends AddonTestCase
{
    private const MODULES = __DIR__ . '/../../../php/modules';

    private const PAGES = ['overview', 'attention', 'pools', 'zones', 'servers', 'service'];

    public function testNoFunctionHasTheNameOfOneOfTheServerModule(): void
    {
        $names = [];
        foreach (['servers', 'addons'] as $kind) {
            preg_match_all('/^ *function (proxmoxkvm_\w+)/mi', Source::text($kind), $found);
            $names[$kind] = array_map(strtolower(...), $found[1]);
        }
        self::assertContains('proxmoxkvm_output', $names['addons']);
        self::assertSame([], array_intersect($names['addons'], $names['servers']));
        // WHMCS would take the server module's function for the addon's.
        self::assertNotContains('proxmoxkvm_clientarea', $names['addons']);
    }

    public function testTheLibraryHasEveryVerbThatTheModulesCall(): void
    {
        preg_match_all("/Native::call\('(\w+)'/", Source::text(), $found);
        self::assertContains('overview', $found[1]);
        self::assertSame([], array_diff($found[1], StubLibrary::verbs()));
    }

    public function testActivationMakesWhatIsMissingAndMayBeRepeated(): void
    {
        require_once self::MODULES . '/addons/proxmoxkvm/proxmoxkvm.php';
        foreach ([1, 2] as $time) {
            self::assertSame('success', proxmoxkvm_activate()['status'], "time $time");
            self::assertTrue(Capsule::schema()->hasTable('mod_proxmoxkvm_zones'));
            self::assertSame(10, Capsule::table('tblemailtemplates')->count(), 'ten mails');
        }
        Capsule::table('mod_proxmoxkvm_zones')->insert(['zone' => 'example.net']);
        $said = proxmoxkvm_deactivate();
        self::assertSame('success', $said['status']);
        self::assertStringContainsString('kept', $said['description']);
        proxmoxkvm_upgrade(['version' => '0.0.1']);
        self::assertSame(1, Capsule::table('mod_proxmoxkvm_zones')->count());
    }

    public function testItsVersionIsThatOfTheLibrary(): void
    {
        $cargo = (string) file_get_contents(self::MODULES . '/../../Cargo.toml');
        self::assertStringContainsString("\nversion = \"" . Addon::VERSION . '"', $cargo);
        $described = json_decode((string) file_get_contents(self::MODULES . '/addons/proxmoxkvm/whmcs.json'), true);
        self::assertSame(['whmcs-addons', 'proxmoxkvm'], [$described['type'], $described['name']]);
        self::assertFileExists(self::MODULES . '/addons/proxmoxkvm/' . $described['logo']['filename']);
    }

    public function testWithoutTheServerModuleItSaysSo(): void
    {
        $directory = TempDir::make() . '/addons/proxmoxkvm';
        mkdir("$directory/lib", 0755, true);
        foreach (['proxmoxkvm.php', 'lib/Addon.php'] as $file) {
            copy(self::MODULES . "/addons/proxmoxkvm/$file", "$directory/$file");
        }
        $code = 'define("WHMCS", true); require $argv[1]; proxmoxkvm_output([]); proxmoxkvm_upgrade([]);'
            . ' echo "|", proxmoxkvm_config()["description"], "|", proxmoxkvm_activate()["status"], "|",'
            . ' gettype(proxmoxkvm_deactivate());';
        $said = explode('|', (new Php(['-r', $code, "$directory/proxmoxkvm.php"], []))->output());
        $missing = 'The server module is missing: upload modules/servers/proxmoxkvm of the same archive.';
        self::assertSame([$missing, $missing, 'error', 'array'], [strip_tags($said[0]), ...array_slice($said, 1)]);
    }

    public function testWithoutTheLibraryEveryPageSaysWhy(): void
    {
        $environment = ['PROXMOXKVM_LIBRARY' => '/nowhere.so'] + $this->whmcs->environment();
        $this->whmcs->server();
        foreach (['overview', 'attention', 'pools', 'service'] as $page) {
            $front = dirname(__DIR__) . '/whmcs/front.php';
            $arguments = ['-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED), $front, 'addon', '0'];
            $answer = (new Php([...$arguments, json_encode([['page' => $page]])], $environment))->answer();
            self::assertStringContainsString('The library /nowhere.so is missing', $answer['result'], $page);
            self::assertStringContainsString('nav-tabs', $answer['result'], $page);
        }
    }

    public function testWhatComesFromElsewhereIsHarmlessOnEveryPage(): void
    {
        $evil = '<script>alert(1)</script>"\'';
        $server = $this->whmcs->server(['name' => $evil, 'hostname' => $evil, 'username' => $evil]);
        $service = $this->whmcs->service($this->whmcs->product(), $server, ['domain' => $evil]);
        Capsule::table('tblclients')->update(['firstname' => $evil, 'lastname' => $evil]);
        $shown = [
            'id' => $service, 'status' => $evil, 'node' => $evil, 'vmid' => $evil, 'domain' => $evil,
            'addresses' => [$evil], 'suspended' => true,
            'error' => ['code' => $evil, 'message' => $evil, 'retry' => false, 'at' => $evil],
        ];
        $this->replyTo('overview', [
            'services' => [$shown], 'total' => 999, 'counts' => [$evil => 3], 'nodes' => [$evil],
            'doing' => [$service => array_fill_keys(['what', 'step', 'action', 'since', 'again_at'], $evil)],
            'power' => [$service => ['runs' => true, 'at' => $evil]],
        ]);
        $this->replyTo('attention', [
            'services' => [$shown], 'services_total' => 1, 'total' => 4, 'silent' => [['server' => $server]],
            'zones' => [['code' => $evil, 'message' => $evil, 'services' => 2]],
            'pools' => [['server' => $server, 'family' => 4, 'free' => 0, 'total' => 2]],
        ]);
        $this->replyTo('show', ['service' => $shown]);
        $line = ['line' => 1, 'family' => 4, 'vlan' => $evil, 'total' => 9, 'leased' => 2, 'free' => 0];
        $this->replyTo('pools', [
            'lines' => [$line + ['bridge' => $evil, 'first' => $evil, 'last' => $evil . '2']],
            'bad' => [['line' => 2, 'reason' => $evil]],
            'leases' => [['address' => $evil, 'service' => $service, 'since' => $evil, 'line' => 1]],
            'leases_total' => 1, 'stray' => 1,
        ]);
        $this->replyTo('test_connection', ['version' => $evil, 'login' => $evil, 'warnings' => [$evil]]);
        $this->replyTo('zone_test', ['ok' => false, 'code' => 'x', 'message' => $evil]);
        $zone = ['provider' => 'powerdns', 'zone' => $evil, 'endpoint' => $evil, 'user' => $evil, 'ttl' => 60];
        $this->press('zones', 'save', ['zone' => 'example.net', 'endpoint' => 'ns1', 'user' => ''] + $zone
            + ['secret' => 'k']);
        Capsule::table(Zones::TABLE)->update(['provider' => '<script>alert(1)'] + array_diff_key($zone, ['ttl' => 1]));
        $html = $this->press('zones', 'save_test', $zone + ['secret' => 'k'])
            . $this->press('zones', 'save', ['ttl' => $evil] + $zone)
            . $this->press('servers', 'test', ['server' => $server])
            . $this->press('service', 'retry', [], ['id' => $service])
            . $this->page('zones', ['form' => 1, 'id' => 1]) . $this->page('zones', ['delete' => 1, 'id' => 1]);
        $query = ['id' => $service] + array_fill_keys(['search', 'node', 'status', 'line', 'p'], $evil);
        foreach (self::PAGES as $page) {
            $shownPage = $this->page($page, $query);
            // Of a zone it is the provider: such a name and such an endpoint are stars.
            self::assertStringContainsString('&lt;script&gt;alert(1)', $shownPage, $page);
            $html .= $shownPage;
        }
        self::assertStringNotContainsString('<script', $html);
        self::assertStringNotContainsString('"\'', strip_tags($html), 'a quote that ends an attribute');
    }

    public function testOnlyRolesWithAccessSeeIt(): void
    {
        self::assertStringContainsString('nav-tabs', $this->page('overview'));
        Capsule::table('tbladmins')->update(['roleid' => 2]);
        self::assertSame('Access Denied', $this->page('overview'));
        self::assertSame('Access Denied', $this->press('zones', 'save'));
    }

    public function testARoleMayBeAllowedToLookOnly(): void
    {
        $this->page('overview');
        $settings = Capsule::table('tbladdonmodules');
        (clone $settings)->where('setting', 'look_only')->update(['value' => ' helpers, support &amp; sales ']);
        (clone $settings)->where('setting', 'access')->update(['value' => '1,2']);
        $zone = ['provider' => 'powerdns', 'zone' => 'example.net', 'ttl' => 60, 'secret' => 'k'];
        self::assertTrue(self::isGood($this->press('zones', 'save', $zone)));

        Capsule::table('tbladmins')->update(['roleid' => 2]);
        self::assertStringContainsString('example.net', $this->page('zones'));
        $said = self::message($this->press('zones', 'delete', ['id' => 1]));
        self::assertSame('Your administrator role may only look at these pages: nothing was done.', $said);
        self::assertSame(1, Capsule::table('mod_proxmoxkvm_zones')->count());
        // An administrator whom nobody knows.
        $_SESSION['adminid'] = 99;
        self::assertStringContainsString('only look', $this->press('zones', 'delete', ['id' => 1]));
        self::assertSame(1, Capsule::table('mod_proxmoxkvm_zones')->count());
    }

    /** @dataProvider settings */
    public function testWhoMayOnlyLookIsNeverMoreThanWasMeant(string $setting, bool $mayChange, string $said): void
    {
        $this->page('overview');
        Capsule::table('tbladminroles')->insert([['name' => 'Sales, Support, Billing'], ['name' => 'Sales']]);
        $settings = Capsule::table('tbladdonmodules');
        (clone $settings)->where('setting', 'look_only')->update(['value' => $setting]);
        (clone $settings)->where('setting', 'access')->update(['value' => '1,2,3,4']);
        Capsule::table('tbladmins')->update(['roleid' => 3]);
        $zone = ['provider' => 'powerdns', 'zone' => 'example.net', 'ttl' => 60, 'secret' => 'k'];
        self::assertSame($mayChange, self::isGood($this->press('zones', 'save', $zone)));
        $page = html_entity_decode($this->page('overview'));
        self::assertSame($said !== '', str_contains($page, 'WHMCS has no such role'));
        self::assertStringContainsString($said, $page);
        // Who may change the setting itself is not locked out by it.
        Capsule::table('tbladmins')->update(['roleid' => 1]);
        self::assertTrue(self::isGood($this->press('zones', 'save', $zone)));
    }

    /** @return iterable<string, array{string, bool, string}> */
    public function settings(): iterable
    {
        yield 'nobody' => ['', true, ''];
        yield 'blank' => [' , ,', true, ''];
        yield 'another' => ['Sales', true, ''];
        yield 'with commas' => ['Sales, Support, Billing', false, ''];
        yield 'among others' => ['sales,Support &amp; Sales,sales,  support,billing', false, ''];
        yield 'encoded' => ['Sales&#44; Support, Billing', false, ''];
        yield 'misspelt' => ['Sales, Suport, Billing', false, 'names Suport, Billing, and'];
        yield 'a typo of another' => ['Sale', false, 'names Sale, and'];
        yield 'other separators' => ['Sales; Support & Sales', false, 'names Sales; Support & Sales, and'];
    }

    public function testTheSettingShowsWhatThereIsToChooseFrom(): void
    {
        $help = Addon::config()['fields']['look_only']['Description'];
        self::assertStringContainsString('Full Administrator | Support &amp; Sales', $help);
    }

    public function testNothingIsDoneByALinkOrWithoutTheToken(): void
    {
        $server = $this->whmcs->server();
        $service = $this->whmcs->service($this->whmcs->product(), $server);
        $this->replyTo('show', ['service' => ['id' => $service, 'vmid' => 100, 'status' => 'ready']]);
        $zone = ['provider' => 'powerdns', 'zone' => 'example.net', 'ttl' => '60', 'secret' => 'k'];
        $this->press('zones', 'save', $zone);
        $forms = [
            ['service', ['act' => 'retry']],
            ['service', ['act' => 'redeploy', 'confirm' => '100']],
            ['service', ['act' => 'attach', 'vmid' => '123']],
            ['servers', ['act' => 'test', 'server' => (string) $server]],
            ['zones', ['act' => 'test', 'id' => '1']],
            ['zones', ['act' => 'delete', 'id' => '1']],
            ['zones', ['act' => 'save', 'id' => '1', 'zone' => 'other.example'] + $zone],
        ];
        foreach ($forms as [$page, $form]) {
            $query = ['page' => $page, 'id' => $page === 'service' ? (string) $service : '1'];
            AddonPage::visit($query + $form + ['token' => generate_token('plain')]);
            foreach ([[], ['token' => ''], ['token' => 'wrong']] as $token) {
                $said = self::message(AddonPage::visit($query, $form + $token));
                self::assertSame('The form has expired and nothing was done: press the button again.', $said);
            }
        }
        foreach (['cron', 'stop', 'reinstall', 'attach', 'test_connection', 'zone_test'] as $verb) {
            self::assertSame([], $this->requests($verb), $verb);
        }
        self::assertSame(['example.net'], Capsule::table('mod_proxmoxkvm_zones')->pluck('zone')->all());
    }

    public function testAButtonThatIsNoneDoesNothing(): void
    {
        foreach (self::PAGES as $page) {
            $said = self::message($this->press($page, 'format_c'));
            self::assertMatchesRegularExpression('/no such button|does not exist/', $said, $page);
        }
        self::assertStringContainsString('class="active"', $this->page('../../etc/passwd'));
    }

    public function testTheResultIsShownOnceAndTheLastAddressIsHarmlessToReload(): void
    {
        $server = $this->whmcs->server();
        $html = $this->press('servers', 'test', ['server' => $server]);
        self::assertTrue(self::isGood($html));
        self::assertSame('', self::message($this->page('servers')));
        self::assertCount(1, $this->requests('test_connection'));
    }
}
