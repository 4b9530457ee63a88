<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMDocument;
use DOMXPath;
use Tests\Support\Fpm;
use Tests\Support\Php;
use Tests\Support\Shown;
use Tests\Support\StubLibrary;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Client\OptionNames;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The client's page as WHMCS renders it, and what its script is answered. */
final class ClientPageTest extends StubTestCase
{
    private const EVIL = '<script>alert("x")</script>\' onload=\'x';

    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->whmcs->service(
            $this->whmcs->product(),
            $this->whmcs->server(),
            ['domainstatus' => 'Active']
        );
    }

    /** @dataProvider smartys */
    public function testThePageOfAReadyMachine(string $smarty): void
    {
        $this->shown(['status' => 'ready', 'addresses' => ['192.0.2.10', '2001:db8::5'], 'username' => 'root']);
        $page = $this->page($smarty);
        self::assertSame('Ready', trim($page->evaluate('string(//*[@data-vm="label"])')));
        self::assertSame(2.0, $page->evaluate('count(//*[@data-vm-list="tab.addresses"]/li)'));
        self::assertSame('root', $page->evaluate('string(//*[@data-vm="tab.username"])'));
        self::assertSame('ssh root@192.0.2.10', $page->evaluate('string(//*[@data-vm="tab.ssh"])'));
        self::assertSame(0.0, $page->evaluate('count(//button[@disabled] | //form[@data-vm-can][@hidden])'));
        self::assertSame('1.5 GB', $page->evaluate('string(//div[dt="Memory"]/dd)'));
        foreach (['start', 'stop', 'reboot'] as $action) {
            $form = "//form[input[@name='a'][@value='ClientAction']][input[@name='do'][@value='$action']]"
                . "[@method='post']";
            // Where WHMCS lies in a folder of a site, its page is not the site's.
            self::assertSame('clientarea.php?action=productdetails', $page->evaluate("string($form/@action)"));
            self::assertSame('the-token', $page->evaluate("string($form/input[@name='token']/@value)"));
            self::assertSame((string) $this->service, $page->evaluate("string($form/input[@name='id']/@value)"));
        }
        self::assertSame(0.0, $page->evaluate('count(//*[@data-vm-list="setup.phases"])'));
        self::assertSame('clientarea.php?action=productdetails', $page->evaluate('string(//@data-url)'));
        $open = '//nav//a[@aria-current="page"][contains(@href, "&vm=overview")]';
        self::assertSame(1.0, $page->evaluate("count($open)"));
    }

    /** English is nobody's translation, and what a native reader has signed says nothing. @dataProvider smartys */
    public function testThePageSaysThatAMachineHasTranslatedIt(string $smarty): void
    {
        $line = 'string(//p[contains(@class, "vm-translated")])';
        $this->replyTo('show', Shown::client(['status' => 'ready']));
        self::assertSame('', $this->page($smarty)->evaluate($line));
        self::assertSame('Maschinell übersetzt', $this->page($smarty, 'overview', 'german')->evaluate($line));
    }

    /** What the module has named is in the customer's language, and what somebody else has named stays. */
    public function testOptionsAreCalledInTheCustomersLanguage(): void
    {
        $GLOBALS['CONFIG']['Language'] = 'german';
        $_SESSION['Language'] = 'french';
        try {
            $names = OptionNames::html();
        } finally {
            unset($GLOBALS['CONFIG'], $_SESSION['Language']);
        }
        foreach (['CPU Cores', 'CPU', 'CPU-Kerne', 'CPU cores'] as $name) {
            self::assertSame(Lang::in('french', 'ordered_cpu_cores'), $names[$name] ?? null, $name);
        }
        self::assertSame(Lang::in('french', 'ordered_unlimited'), $names[Lang::in('german', 'ordered_unlimited')]);
        self::assertArrayNotHasKey('Our cores', $names);
    }

    /** @dataProvider smartys */
    public function testTheMenuIsOpenWhereAMachineCanOnlyBeForcedOff(string $smarty): void
    {
        $this->shown(['status' => 'ready']);
        $open = 'count(//details[contains(@class, "vm-more")][@open][.//input[@value="stop"]])';
        self::assertSame(0.0, $this->page($smarty)->evaluate($open));
        $this->replyTo('show', Shown::client(['status' => 'ready']) + ['hangs' => true]);
        self::assertSame(1.0, $this->page($smarty)->evaluate($open));
    }

    /** The page stands in the place of WHMCS's own, and nothing of that is lost. @dataProvider smartys */
    public function testAllThatWhmcssOverviewShowsIsThere(string $smarty): void
    {
        $facts = [
            'Recurring Amount' => '€9.00', 'First Payment Amount' => '€12.00', 'Billing Cycle' => 'Monthly',
            'Next Due Date' => '29/12/2026', 'Payment Method' => 'Credit Card', 'Registration Date' => '29/11/2026',
            'Backups' => 'Yes', 'IPv4 addresses' => '2 x IP', 'Purchase order' => 'PO-7',
        ];
        foreach (['ready' => 'Active', 'suspended' => 'Suspended'] as $state => $status) {
            Capsule::table('tblhosting')->update(['domainstatus' => $status]);
            $this->shown(['status' => 'ready', 'username' => 'root'], $state);
            $page = $this->page($smarty);
            foreach ($facts as $label => $value) {
                self::assertSame($value, $page->evaluate("string(//div[dt='$label']/dd)"), "$state: $label");
            }
            self::assertSame('From a hook', $page->evaluate('string(//*[@id="hook"])'));
            $links = [];
            foreach ($page->query('//*[@class="vm-end"]/a/@href') as $link) {
                $links[] = $link->nodeValue;
            }
            $id = "id=$this->service";
            $expected = ["upgrade.php?type=package&$id", "clientarea.php?action=cancel&$id"];
            self::assertSame($state === 'ready' ? $expected : [], $links);
        }
        Capsule::table('tblhosting')->update(['domainstatus' => 'Active']);
        $this->shown(['status' => 'ready'], 'ready');
        $page = $this->page($smarty, 'history');
        self::assertSame(0.0, $page->evaluate('count(//*[contains(@class, "vm-billing")])'), 'on the first tab');
    }

    /** @dataProvider smartys */
    public function testThePageOfAMachineThatIsBeingBuilt(string $smarty): void
    {
        $this->shown(['status' => 'creation'], 'building', Shown::allOfClients());
        $page = $this->page($smarty);
        self::assertSame(0.0, $page->evaluate('count(//button | //nav)'), 'nothing that cannot be pressed');
        self::assertSame('Preparing', $page->evaluate('normalize-space(//ol/li[@aria-current="step"])'));
        self::assertSame(4.0, $page->evaluate('count(//ol/li)'));
    }

    /** @dataProvider smartys */
    public function testTheClientSeesTheOwnActsAndEachFormIsOneOfAKind(string $smarty): void
    {
        $entry = static fn (array $more): array
            => $more + ['at' => 1.5, 'state' => 'done', 'actor' => 'client', 'took_s' => null];
        $this->shown(['status' => 'ready', 'id' => $this->service], 'ready');
        $this->replyTo('activity', ['next' => ['operation' => 7, 'at' => 1795359845.25], 'entries' => [
            $entry(['action' => 'stop', 'ip' => '192.0.2.200', 'took_s' => 3.2]),
            $entry(['action' => self::EVIL, 'state' => self::EVIL, 'ip' => self::EVIL]),
            $entry(['action' => 'create', 'actor' => 'whmcs', 'state' => 'queued']),
        ]]);
        $page = $this->page($smarty, 'history');
        $line = static fn (int $number): string
            => $page->evaluate("normalize-space(//*[@data-vm-list='tab.entries']/li[$number])");
        self::assertMatchesRegularExpression('/^Stop: done .*1970.* you \(192\.0\.2\.200\) 3 s$/', $line(1));
        self::assertStringContainsString(self::EVIL . ': ' . self::EVIL, $line(2));
        self::assertMatchesRegularExpression('/^Creation: under way .* automatic$/', $line(3));
        $first = "//*[@data-vm-list='tab.entries']/li[1]";
        self::assertSame('1970-01-01T00:00:01Z', $page->evaluate("string($first//time/@datetime)"));
        $took = "//*[@data-vm-list='tab.entries']/li[2]//*[@data-vm='took']";
        self::assertSame(1.0, $page->evaluate("count({$took}[@hidden])"));
        $older = $page->evaluate('string(//*[@class="vm-end"]/a/@href)');
        self::assertStringEndsWith("id=$this->service&vm=history&before=7-1795359845.25", $older);
        $nonces = [];
        foreach ($page->query('//form/input[@name="proxmoxkvm_nonce"]/@value') as $nonce) {
            self::assertMatchesRegularExpression('/^[0-9A-Za-z]{24,64}$/D', $nonce->nodeValue);
            $nonces[] = $nonce->nodeValue;
        }
        self::assertCount((int) $page->evaluate('count(//form)'), array_unique($nonces));
        $asked = $this->requests('activity')[0];
        self::assertSame(['client', ['id' => 1], 50], [$asked['actor'], $asked['by'], $asked['limit']]);
    }

    /** @dataProvider smartys */
    public function testWhatDestroysWantsTheNameOfTheMachineTyped(string $smarty): void
    {
        $this->shown(['status' => 'ready', 'username' => 'root'], given: ['stop', 'reinstall']);
        $form = '//form[input[@name="do"][@value="reinstall"]]';
        self::assertSame(0.0, $this->page($smarty)->evaluate("count($form)"), 'it has a tab of its own');
        $page = $this->page($smarty, 'rebuild');
        self::assertSame(1.0, $page->evaluate("count($form//input[@name='typed'][@required])"));
        $typed = $page->evaluate("string($form//label[contains(@class, 'vm-type')])");
        self::assertStringContainsString('Type the name', $typed);
        self::assertSame('', $page->evaluate("string($form//button/@data-sure)"), 'it is not asked twice');
        self::assertStringContainsString('vm-danger', $page->evaluate("string($form//button/@class)"));
        $page = $this->page($smarty);
        $form = '//form[input[@name="do"][@value="stop"]]';
        self::assertSame(0.0, $page->evaluate("count($form//input[@name='typed'])"));
        self::assertSame(1.0, $page->evaluate("count($form//input[@name='sure'][@type='checkbox'][@required])"));
        self::assertStringContainsString('is lost', $page->evaluate("string($form//label)"));
        self::assertSame('', $page->evaluate("string($form//button/@data-sure)"));
        $form = '//form[input[@name="a"][@value="ClientPassword"]]';
        self::assertSame(2.0, $page->evaluate("count($form)"));
        self::assertSame('new', $page->evaluate("string($form/input[@name='do']/@value)"), 'one shows, one makes it');
    }

    /** @dataProvider smartys */
    public function testWhateverComesFromOutsideIsHarmless(string $smarty): void
    {
        $evil = self::EVIL;
        $this->shown(['status' => $evil, 'addresses' => [$evil], 'username' => $evil, 'domain' => $evil]);
        $page = $this->page($smarty);
        $own = 'starts-with(@src, "modules/servers/proxmoxkvm/assets/")';
        self::assertSame(0.0, $page->evaluate("count(//script[not($own)])"), 'those of the page');
        self::assertSame(0.0, $page->evaluate('count(//script[text()] | //style | //@style)'), 'all is in files');
        self::assertSame(0.0, $page->evaluate('count(//@onload)'));
        self::assertSame($evil, $page->evaluate('string(//*[@data-vm-list="tab.addresses"]/li/*[@data-vm="address"])'));
        self::assertSame($evil, $page->evaluate('string(//h2)'));
    }

    public function testTheScriptIsAnsweredWithJson(): void
    {
        $this->shown(['status' => 'ready', 'addresses' => [self::EVIL]]);
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED, [], ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()]);
        $ask = fn (string $function, int $client, array $form): array => $fpm->request(
            ['do' => 'custom', 'client' => $client, 'id' => $this->service, 'button' => $function],
            $form + ['do' => 'start']
        );

        [$head, $body] = $ask('ClientStatus', 1, ['proxmoxkvm_json' => '1']);
        self::assertStringContainsString('Content-Type: application/json', $head);
        self::assertStringContainsString('no-store', $head);
        self::assertStringNotContainsString('<', $body);
        self::assertSame([self::EVIL], array_column(json_decode($body, true)['view']['tab']['addresses'], 'address'));

        $pressed = json_decode($ask('ClientAction', 1, ['proxmoxkvm_json' => '1', 'token' => 'the-token'])[1], true);
        self::assertSame([true, 'The virtual machine was started.'], [$pressed['ok'], $pressed['message']]);
        self::assertCount(1, $this->requests('start'));

        self::assertFalse(json_decode($ask('ClientAction', 1, ['proxmoxkvm_json' => '1'])[1], true)['ok']);
        self::assertStringContainsString('Service not found', $ask('ClientAction', 2, ['token' => 'the-token'])[1]);
        self::assertCount(1, $this->requests('start'));
    }

    public function testAPageThatWasNotToldBecauseAnotherOneAsksLooksAgainSoon(): void
    {
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED, [], ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()]);
        $view = function (array $more) use ($fpm): array {
            $this->replyTo('show', Shown::client(['status' => 'ready', 'id' => $this->service]) + $more);
            $asked = ['do' => 'custom', 'client' => 1, 'id' => $this->service, 'button' => 'ClientStatus'];

            return json_decode($fpm->request($asked, ['proxmoxkvm_json' => '1'])[1], true)['view'];
        };
        $told = $view(['live' => ['status' => 'running']]);
        self::assertSame([30, 'Running'], [$told['refresh'], $told['label']]);
        $other = $view(['looked_at' => true]);
        self::assertSame([5, 'Ready'], [$other['refresh'], $other['label']]);
        self::assertSame([true], array_values(array_unique($other['can'])));
    }

    public function testAClientsChangeOfPasswordThatFailsNamesNothingOfTheSetUp(): void
    {
        $this->replyTo('change_password', [
            'ok' => false,
            'code' => 'locked',
            'message' => 'VM 105 on node pve1.internal is locked',
            'retry' => true,
        ]);
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED, [], ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()]);
        $answer = $fpm->request(['do' => 'changepw', 'client' => 1, 'id' => $this->service])[1];
        self::assertStringContainsString('busy at this moment', $answer);
        self::assertStringNotContainsString('pve1', $answer);
        self::assertSame('client', $this->requests('change_password')[0]['actor']);
        self::assertStringContainsString('pve1.internal', $fpm->result('changepw', $this->service), 'an admin is told');
    }

    /** An order that is paid, an upgrade, an overdue invoice: nobody but staff reads what the module says of it. */
    public function testWhatWhmcsRunsOnAClientsPageIsAnsweredForStaff(): void
    {
        $service = $this->service;
        $fpm = new Fpm($this->whmcs, Fpm::ALLOWED, [], ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()]);
        $run = static fn (string $command): string => json_decode($fpm->request(
            ['do' => $command, 'client' => 1, 'id' => $service, 'language' => 'german']
        )[1], true)['result'];
        $refusal = ['ok' => false, 'code' => 'locked', 'message' => 'VM 105 on node pve1 is locked', 'retry' => true];
        $verbs = [
            'create' => 'create',
            'suspend' => 'suspend',
            'unsuspend' => 'unsuspend',
            'terminate' => 'terminate',
            'changepackage' => 'change_package',
        ];
        foreach ($verbs as $command => $verb) {
            $this->replyTo($verb, $refusal);
            self::assertSame('VM 105 on node pve1 is locked', $run($command));
            self::assertSame(['whmcs'], array_column($this->requests($verb), 'actor'));
        }
        self::assertSame(
            ['VM 105 on node pve1 is locked'],
            Capsule::table('tblmodulequeue')->distinct()->pluck('last_attempt_error')->all()
        );
        // The module's own sentences: in the language of the installation. The client's: in that of the client.
        foreach (['create', 'change_password'] as $verb) {
            file_put_contents($this->whmcs->directory . "/$verb.reply", 'no JSON');
        }
        self::assertStringStartsWith('The reply of the core to &quot;create&quot;', $run('create'));
        self::assertStringStartsWith('Das hat nicht geklappt.', $run('changepw'));
    }

    /** @return iterable<string, array{string}> */
    public function smartys(): iterable
    {
        foreach (['smarty3', 'smarty4'] as $name) {
            yield $name => ["/usr/share/php/$name"];
        }
    }

    /**
     * @param array<string, mixed> $service
     * @param list<string> $refused
     * @param list<string>|null $given
     */
    private function shown(array $service, string $state = 'ready', array $refused = [], ?array $given = null): void
    {
        $this->replyTo('show', Shown::client($service + ['id' => $this->service], $state, $refused, $given));
    }

    private function page(string $smarty, string $tab = '', string $language = 'english'): DOMXPath
    {
        if (!is_file("$smarty/Smarty.class.php")) {
            self::markTestSkipped("needs the Debian package " . basename($smarty));
        }
        $script = dirname(__DIR__) . '/whmcs/render.php';
        $environment = ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()] + $this->whmcs->environment();
        $php = new Php([$script, $smarty, '1', (string) $this->service, $tab, $language], $environment);
        $html = $php->output();
        self::assertSame(0, $php->status(), $html);
        $document = new DOMDocument();
        // Its parser knows the tags of HTML 4 only, and warns of none that we use.
        self::assertTrue($document->loadHTML('<meta charset="utf-8">' . $html, LIBXML_NOERROR));

        return new DOMXPath($document);
    }
}
