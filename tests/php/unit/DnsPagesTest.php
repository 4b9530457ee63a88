<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\ClientPage;
use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use Tests\Support\AddonTestCase;
use Tests\Support\Shown;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ReverseNames;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientArea;

/** DNS on the pages of admins and clients, and what their buttons ask of the core. */
final class DnsPagesTest extends AddonTestCase
{
    private const EVIL = '<script>x</script>';
    private const SERVICE = [
        'status' => 'ready', 'domain' => '1-1.example.net', 'addresses' => ['192.0.2.10', '2001:db8::10'],
    ];

    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $_SESSION['token'] = 'the-token';
        $this->service = $this->whmcs->service(
            $this->whmcs->product(),
            $this->whmcs->server(),
            ['domainstatus' => 'Active']
        );
    }

    protected function tearDown(): void
    {
        parent::tearDown();
        [$_POST, $_GET] = [[], []];
        unset($_SERVER['REQUEST_METHOD']);
    }

    public function testAnAdminSeesRecordsAndTroublesAndNothingWhereThereIsNoDns(): void
    {
        $this->shown([]);
        $fields = Dispatcher::adminFields($this->service);
        self::assertArrayNotHasKey('DNS records', $fields);
        self::assertArrayNotHasKey('Reverse names', $fields);
        // What an old zone left behind is shown without any zone, too.
        $gone = ['code' => 'dns_zone_gone', 'message' => 'zone 3 ' . self::EVIL, 'retry' => false, 'at' => 86400];
        $this->shown(['records' => ['a.example.net A 192.0.2.9'], 'troubles' => [$gone]]);
        $html = Dispatcher::adminFields($this->service)['DNS records'];
        self::assertStringContainsString('<code>a.example.net A 192.0.2.9</code>', $html);
        self::assertStringContainsString('restore its row', $html, 'with advice');
        self::assertStringContainsString('needs your attention', $html);
        self::assertStringNotContainsString('<script', $html);

        $this->zone('example.net');
        $this->shown([]);
        $fields = Dispatcher::adminFields($this->service);
        self::assertStringContainsString('No record of this service has been written.', $fields['DNS records']);
        self::assertArrayNotHasKey('Reverse names', $fields, 'nobody would write them');
        $this->shown(['records' => [self::EVIL], 'synced_at' => 86400]);
        $html = Dispatcher::adminFields($this->service)['DNS records'];
        self::assertStringContainsString('made right: 1970-01-0', $html);
        self::assertStringNotContainsString('<script', $html);
    }

    public function testAnAdminSetsOnlyTheReverseNamesThatWereChanged(): void
    {
        $this->zone('2.0.192.in-addr.arpa');
        $this->shown(['reverse' => ['2001:db8::10' => 'mail.example.org']]);
        $html = Dispatcher::adminFields($this->service)['Reverse names'];
        self::assertStringContainsString('name="proxmoxkvm_reverse[192.0.2.10]" value="1-1.example.net"', $html);
        self::assertStringContainsString('name="proxmoxkvm_reverse[2001:db8::10]" value="mail.example.org"', $html);

        $before = ['192.0.2.10' => '1-1.example.net', '2001:db8::10' => 'mail.example.org'];
        $this->save($before, $before);
        $this->save(['192.0.2.10' => 'new.example.org'], null);
        self::assertSame([], $this->requests('set_reverse_name'));
        $this->save([' 2001:db8::10' => '', '192.0.2.10' => ' www.example.org ', '2001:db8::10' => ''], $before);
        $asked = array_map(
            static fn (array $request): array => [$request['address'], $request['name']],
            $this->requests('set_reverse_name')
        );
        self::assertSame([['192.0.2.10', 'www.example.org'], ['2001:db8::10', '']], $asked);
        $html = Dispatcher::adminFields($this->service)['Reverse names'];
        self::assertStringContainsString('The reverse name of 192.0.2.10 is saved.', $html);
        self::assertStringNotContainsString('is saved', Dispatcher::adminFields($this->service)['Reverse names']);

        $this->refuse('set_reverse_name', 'rdns_forward', self::EVIL . ' does not lead to 192.0.2.10');
        $this->save(['192.0.2.10' => 'x.example.org'], $before);
        $html = Dispatcher::adminFields($this->service)['Reverse names'];
        self::assertStringContainsString('alert-danger', $html);
        self::assertStringContainsString('192.0.2.10: &lt;script&gt;', $html);
    }

    public function testAClientHasAFormForEachOwnAddressWhereTheProductAndAZoneAllowIt(): void
    {
        $_GET['vm'] = 'network';
        $page = function (): ?array {
            $page = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];

            return $page['tab']['names'] ? $page['view']['tab']['addresses'] : null;
        };
        $this->shown(['reverse' => ['2001:db8::10' => 'mail.example.org']]);
        self::assertNull($page(), 'no zone');
        $this->zone('example.net');
        self::assertNull($page(), 'no zone for reverse names');
        $this->zone('8.b.d.0.1.0.0.2.IP6.ARPA');
        self::assertSame([
            '192.0.2.10' => '1-1.example.net',
            '2001:db8::10' => 'mail.example.org',
        ], array_column($page(), 'name', 'address'));
        $this->shown([], ['start', 'stop']);
        self::assertNull($page(), 'the product does not let');
    }

    public function testAClientSetsAReverseName(): void
    {
        $this->shown(['reverse' => ['192.0.2.10' => 'mail.example.org']]);
        $form = ['address' => '192.0.2.10', 'name' => ' mail.example.org '];
        self::assertSame('success', $this->send($form));
        [$request] = $this->requests('set_reverse_name');
        self::assertSame(
            ['192.0.2.10', 'mail.example.org', 'client', $this->service],
            [$request['address'], $request['name'], $request['actor'], $request['service']['id']]
        );
        [$_SESSION['uid'], $_POST['vm']] = [1, 'network'];
        $view = ClientArea::status(ParamsBuilder::service($this->service))['view'];
        self::assertSame(
            ['kind' => 'IPv4', 'address' => '192.0.2.10', 'prefix' => '/24', 'gateway' => '192.0.2.1',
                'dns' => '192.0.2.53',
                'name' => 'mail.example.org'],
            $view['tab']['addresses'][0]
        );
        self::assertTrue($view['can']['set_reverse_name']);
        // What is no text, and what is too long for a name, is not passed on as it is.
        $this->send(['address' => ['192.0.2.10'], 'name' => str_repeat('x', 9999)]);
        $request = $this->requests('set_reverse_name')[1];
        self::assertSame(['', 254], [$request['address'], strlen($request['name'])]);
    }

    public function testARefusalIsASentenceInTheClientsLanguageWithoutTheSetUp(): void
    {
        $codes = [
            'not_for_clients' => 'Your product does not include this.',
            'not_own_address' => 'reload the page',
            'rdns_bad_name' => 'no complete host name',
            'rdns_forward' => 'does not lead to the address',
            'dns_unreachable' => 'cannot be found out at this moment',
            'suspended' => 'while the service is suspended',
        ];
        foreach ($codes as $code => $text) {
            $this->refuse('set_reverse_name', $code, 'ns1.internal.example says no');
            $said = $this->send(['address' => '192.0.2.10', 'name' => 'a.example.org']);
            self::assertStringContainsString($text, $said, $code);
            self::assertStringNotContainsString('internal', $said);
        }
        $_SESSION['Language'] = 'german';
        $this->refuse('set_reverse_name', 'rdns_forward', 'no');
        self::assertStringContainsString('führt nicht zur Adresse', $this->send(['address' => '192.0.2.10']));
    }

    public function testNobodyElseSetsAReverseNameNorWhileSuspended(): void
    {
        $form = ['address' => '192.0.2.10', 'name' => 'a.example.org', 'token' => 'the-token'];
        $form['do'] = 'set_reverse_name';
        $other = Capsule::table('tblclients')->insertGetId(['firstname' => 'Eve']);
        $press = fn (int $client, string $method, array $form): string =>
            ClientPage::custom($client, $this->service, 'ClientAction', $method, $form);
        self::assertSame('Service not found', $press($other, 'POST', $form));
        ClientPage::login($other);
        $_POST = $form;
        $_SERVER['REQUEST_METHOD'] = 'POST';
        $said = proxmoxkvm_ClientAction(ParamsBuilder::service($this->service));
        self::assertStringContainsString('not one of yours', $said);
        self::assertStringContainsString('use the buttons', $press(1, 'GET', $form));
        self::assertStringContainsString('reload it', $press(1, 'POST', ['token' => 'x'] + $form));
        foreach (['Suspended' => 'suspended', 'Terminated' => 'not active'] as $status => $why) {
            Capsule::table('tblhosting')->update(['domainstatus' => $status]);
            self::assertStringContainsString($why, $press(1, 'POST', $form));
        }
        self::assertSame([], $this->requests('set_reverse_name'));
    }

    public function testAllServicesAreSynchronisedByTheCron(): void
    {
        self::assertStringNotContainsString('value="sync"', $this->page('zones'), 'without a zone there is nothing');
        $this->zone('example.net');
        $this->replyTo('due', ['dns' => 7]);
        $page = $this->page('zones');
        self::assertStringContainsString('value="sync"', $page);
        self::assertStringContainsString('still due: 7', $page);
        $this->replyTo('sync_dns_records', ['services' => 12]);
        $page = $this->press('zones', 'sync');
        self::assertSame('Services whose records the cron now looks at: 12', self::message($page));
        self::assertCount(2, $this->requests('sync_dns_records'), 'a new zone asked for it once already');
        self::assertSame([], $this->requests('cron'));
        $this->press('zones', 'delete', ['id' => 1]);
        self::assertSame(1, $this->requests('sync_dns_records')[2]['forget_zone'], 'it is no longer the module\'s');
        $this->zone('example.net');
        $this->refuse('due', 'store', 'the store is full');
        $page = $this->page('zones');
        self::assertStringContainsString('the store is full', $page);
        self::assertStringContainsString('>example.net<', $page, 'the zones can be seen all the same');
    }

    public function testRecordsThatNeedSomebodyHaveAButtonThatWritesThem(): void
    {
        $trouble = ['code' => 'dns_key', 'message' => 'wrong key ' . self::EVIL, 'retry' => false, 'at' => 1];
        $this->replyTo('attention', [
            'services' => [['id' => $this->service] + self::SERVICE],
            'dns_troubles' => [(string) $this->service => [$trouble]],
            'services_total' => 1,
            'total' => 1,
        ]);
        $page = $this->page('attention');
        self::assertStringContainsString('wrong key &lt;script&gt;', $page);
        self::assertStringContainsString('Enter the right key', $page);
        self::assertStringContainsString('name="act" value="dns"', $page);

        $this->zone('example.net');
        $this->refuse('set_dns_records', 'dns', 'DNS zone example.net: wrong key zone-secret');
        $page = $this->press('service', 'dns', ['back' => 'attention'], ['id' => $this->service]);
        self::assertSame('DNS zone example.net: wrong key ***', self::message($page));
        self::assertFalse(self::isGood($page));
        $this->replyTo('set_dns_records', []);
        $page = $this->press('service', 'dns', ['back' => 'attention'], ['id' => $this->service]);
        self::assertStringContainsString("records of service $this->service are as", self::message($page));
        $request = $this->requests('set_dns_records')[1];
        self::assertSame(['admin', ['example.net']], [$request['actor'], array_column($request['zones'], 'zone')]);

        $this->shown(['records' => ['1-1.example.net A 192.0.2.10']]);
        $page = $this->page('service', ['id' => $this->service]);
        self::assertStringContainsString('<code>1-1.example.net A 192.0.2.10</code>', $page);
        self::assertStringContainsString('name="act" value="dns"', $page);
    }

    public function testTheOptionsOfAProductAreMadeByAButton(): void
    {
        $this->replyTo('list', ['config_options' => []]);
        $product = (int) Capsule::table('tblproducts')->value('id');
        $page = $this->press('products', 'options', ['product' => $product]);
        self::assertStringContainsString("Product $product has all configurable options", self::message($page));
        self::assertSame('config_options', $this->requests('list')[0]['what']);
        Capsule::table('tblproducts')->update(['servertype' => 'cpanel']);
        $page = $this->press('products', 'options', ['product' => $product]);
        self::assertStringContainsString('no such button', self::message($page));
        self::assertStringContainsString('no product of this module', $page);
    }

    /**
     * @param array<string, mixed> $dns
     * @param list<string>|null $given actions of the product
     */
    private function shown(array $dns, ?array $given = null): void
    {
        $service = ['id' => $this->service] + self::SERVICE;
        $this->replyTo('show', Shown::client($service, given: $given) + ['dns' => $dns]);
    }

    private function zone(string $name): void
    {
        $zone = ['provider' => 'powerdns', 'zone' => $name, 'ttl' => '300', 'secret' => 'zone-secret'];
        $this->press('zones', 'save', $zone + ['endpoint' => 'https://ns1.example.net:8081']);
    }

    /**
     * @param array<string, string> $names
     * @param array<string, string>|null $before what the page showed
     */
    private function save(array $names, ?array $before): void
    {
        Dispatcher::saveAdminFields(
            $this->service,
            [ReverseNames::FIELD => $names, 'proxmoxkvm_reverse_shown' => $before]
        );
    }

    /** @param array<string, mixed> $form */
    private function send(array $form): string
    {
        $form += ['do' => 'set_reverse_name', 'token' => 'the-token'];

        return ClientPage::custom(1, $this->service, 'ClientAction', 'POST', $form);
    }

    private function refuse(string $verb, string $code, string $message): void
    {
        $this->replyTo($verb, ['ok' => false, 'code' => $code, 'message' => $message, 'retry' => false]);
    }
}
