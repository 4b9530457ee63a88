<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use StandIn\Hooks;
use Tests\Support\AddonTestCase;
use Tests\Support\Shown;
use Tests\Support\StubLibrary;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Admin\AttentionWidget;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/** What the addon module's pages show, and what their buttons ask of the core. */
final class AddonPagesTest extends AddonTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server(), ['domain' => 'old']);
    }

    public function testTheOverviewShowsWhatTheCoreFinds(): void
    {
        $this->found([
            ['status' => 'ready', 'node' => 'pve1', 'vmid' => 100, 'domain' => 'vm1.example.net',
                'addresses' => ['192.0.2.10', '2001:db8::10']],
            ['id' => 99, 'status' => 'clone', 'error' => ['code' => 'storage_full', 'message' => 'no room left']],
        ], [
            'sorts' => ['number', 'name'],
            'total' => 120, 'busy' => 3, 'counts' => ['ready' => 119, 'clone' => 1], 'nodes' => ['pve1', 'pve2'],
            'power' => [1 => ['runs' => true, 'at' => 1795359845]],
            'doing' => [
                1 => ['what' => 'rests', 'step' => null, 'action' => null, 'since' => null, 'again_at' => null],
                99 => ['what' => 'retries', 'step' => 'clone', 'action' => 'create', 'since' => 1795359845,
                    'again_at' => 1795359900],
            ],
        ]);
        $page = $this->page('overview', ['status' => 'ready', 'server' => 1, 'node' => 'pve1', 'search' => ' vm1 ',
            'trouble' => 'on', 'sort' => 'name', 'p' => 2]);

        self::assertSame([['status' => 'ready', 'server' => 1, 'node' => 'pve1', 'search' => 'vm1', 'trouble' => true,
            'sort' => 'name', 'limit' => 50, 'offset' => 50]], $this->requests('overview'));
        $dom = self::dom($page);
        $cells = [];
        foreach ($dom->query('//tbody/tr[1]/td') as $cell) {
            $cells[] = trim($cell->textContent);
        }
        $product = Capsule::table('tblproducts')->value('name');
        self::assertSame(['#1', 'Ada Byron', $product, 'vm1.example.net192.0.2.102001:db8::10', 'Running', 'Done', '-',
            '100 on pve1', 'Actions'], $cells);
        self::assertSame('clientsservices.php?userid=1&id=1', $dom->evaluate('string(//tbody/tr[1]//a/@href)'));
        // WHMCS has no service 99.
        self::assertSame('#99', $dom->evaluate('string(//tbody/tr[2]/td[1])'));
        self::assertSame(
            'Has failed, is tried again Creation: cloneno room left',
            trim($dom->evaluate('string(//tbody/tr[2]/td[6])'))
        );
        self::assertStringContainsString('again at ' . date('Y-m-d', 1795359900), $page);
        self::assertSame('In progress 3', $dom->evaluate('string(//p[@class="proxmoxkvm-links"]/a[1])'));
        self::assertStringContainsString('Page 2 of 3', $page);
        $next = $dom->evaluate('string(//ul[@class="pager"]/li[2]/a/@href)');
        parse_str((string) parse_url($next, PHP_URL_QUERY), $query);
        self::assertSame(['module' => 'proxmoxkvm', 'page' => 'overview', 'status' => 'ready', 'server' => '1',
            'node' => 'pve1', 'search' => 'vm1', 'trouble' => '1', 'sort' => 'name', 'p' => '3'], $query);
        self::assertSame('pve1', $dom->evaluate('string(//select[@name="node"]/option[@selected])'));
        self::assertSame('name', $dom->evaluate('string(//select[@name="sort"]/option[@selected]/@value)'));
        self::assertSame('proxmoxkvm', $dom->evaluate('string(//form//input[@name="module"]/@value)'));
        $fields = '//form//select | //form//input[not(@type="hidden")]';
        foreach ($dom->query($fields) as $field) {
            $label = $dom->evaluate('string(ancestor::label)', $field);
            self::assertNotSame('', trim($label), 'a field has its label: ' . $field->getAttribute('name'));
        }
    }

    /** Which service is of which product, WHMCS knows alone. */
    public function testTheOverviewIsNarrowedToAProduct(): void
    {
        $other = $this->whmcs->service($this->whmcs->product(), 1);
        $product = (int) Capsule::table('tblhosting')->where('id', $other)->value('packageid');
        $this->found([['id' => $other, 'status' => 'ready']]);
        $dom = self::dom($this->page('overview', ['product' => $product]));
        self::assertSame([[$other]], array_column($this->requests('overview'), 'only'));
        $chosen = 'string(//select[@name="product"]/option[@selected]/@value)';
        self::assertSame((string) $product, $dom->evaluate($chosen));
        $this->page('overview', ['product' => 999, 'p' => 2]);
        self::assertSame([], $this->requests('overview')[1]['only'], 'one that is not there has no service');
        self::assertSame('', self::dom($this->page('overview'))->evaluate($chosen));
        self::assertArrayNotHasKey('only', $this->requests('overview')[2]);
    }

    public function testTheOverviewTellsWhenTheCronLastRan(): void
    {
        self::assertStringContainsString('has not run to its end yet', $this->page('overview'));
        Dispatcher::cron();
        $fresh = $this->page('overview');
        self::assertStringContainsString('last ended at ' . date('Y-m-d'), $fresh);
        self::assertStringNotContainsString('more than 15 minutes', $fresh);
        Capsule::table(CronRuns::TABLE)->update(['ended' => time() - 901]);
        self::assertStringContainsString('more than 15 minutes ago', $this->page('overview'));
        // A run that comes to no end is no run.
        $this->replyTo('due', ['ok' => false, 'code' => 'store', 'message' => 'no']);
        ob_start();
        Dispatcher::cron();
        ob_end_clean();
        self::assertStringContainsString('more than 15 minutes ago', $this->page('overview'));
        $this->replyTo('due', []);
        Dispatcher::cron();
        self::assertStringNotContainsString('more than 15 minutes', $this->page('overview'));
    }

    public function testWhatDidNotArriveIsToldAndTriedAgain(): void
    {
        $trouble = ['code' => 'mail_not_sent', 'message' => 'the mail was not sent', 'retry' => false];
        $this->replyTo('attention', ['total' => 1, 'services_total' => 1,
            'undelivered' => [$this->service => [$trouble]],
            'services' => [['id' => $this->service, 'status' => 'ready', 'error' => null]]]);
        $page = $this->page('attention');
        self::assertStringContainsString('the mail was not sent', $page);
        self::assertStringContainsString('See that WHMCS can send mails', $page);
        self::assertStringContainsString('>Try again</button>', $page);
        self::assertStringNotContainsString('Retry now', $page, 'nothing is wrong with the machine');

        $entry = ['id' => 5, 'service' => $this->service, 'kind' => 'mail_ready'];
        $this->replyTo('deliver_again', ['outbox' => [$entry]]);
        $done = $this->press('service', 'deliver', ['back' => 'attention'], ['id' => $this->service]);
        self::assertSame("What was still to be told of service $this->service has arrived.", self::message($done));
        self::assertSame(
            'Your virtual machine {$service_domain} is ready',
            Capsule::table('tblemails')->value('subject')
        );

        Capsule::schema()->drop('tblemails');
        $failed = $this->press('service', 'deliver', ['back' => 'attention'], ['id' => $this->service]);
        self::assertStringContainsString('still did not arrive: ', self::message($failed));
        self::assertSame([5, 5], array_column($this->requests('acknowledge'), 'id'));
        // Somebody else has it at this moment.
        $this->replyTo('deliver_again', ['outbox' => []]);
        $busy = $this->press('service', 'deliver', ['back' => 'attention'], ['id' => $this->service]);
        self::assertFalse(self::isGood($busy));
        self::assertStringContainsString('at this moment', self::message($busy));

        self::assertStringContainsString('>Do not tell any more</button>', $page);
        $dropped = $this->press('service', 'drop', ['back' => 'attention'], ['id' => $this->service]);
        self::assertStringContainsString('not told any more', self::message($dropped));
        self::assertTrue($this->requests('deliver_again')[3]['forget']);
        $this->replyTo('attention', ['total' => 1, 'services_total' => 1,
            'undelivered' => [$this->service => [['retry' => true] + $trouble]],
            'services' => [['id' => $this->service, 'status' => 'ready', 'error' => null]]]);
        self::assertStringNotContainsString('Do not tell', $this->page('attention'), 'it is still tried');
    }

    public function testWhatNeedsAttentionBringsAdviceAndAButton(): void
    {
        Dispatcher::cron();
        self::assertStringContainsString('Nothing needs attention.', $this->page('attention'));
        $this->needs([['status' => 'clone', 'error' => ['code' => 'storage_full', 'message' => 'no room left']]]);
        $page = $this->page('attention');
        self::assertStringContainsString('no room left', $page);
        self::assertStringContainsString('Free some room on the cluster', $page);
        $dom = self::dom($page);
        self::assertStringContainsString('page=service', $dom->evaluate('string(//tbody//form/@action)'));
        self::assertSame('retry', $dom->evaluate('string(//tbody//form//button/@value)'));
    }

    public function testABuildThatTakesMuchLongerThanUsualIsTold(): void
    {
        Dispatcher::cron();
        $slow = ['id' => $this->service, 'status' => 'clone', 'since' => 1795359845, 'elapsed_s' => 1260.5,
            'usual_s' => 90];
        $this->replyTo('attention', ['services' => [], 'services_total' => 0, 'total' => 60, 'slow' => [$slow],
            'slow_total' => 60]);
        $page = $this->page('attention');
        self::assertStringContainsString('more than twice as long as usual: 60.', $page);
        $dom = self::dom($page);
        $cells = array_map(
            static fn ($cell): string => trim($cell->textContent),
            iterator_to_array($dom->query('//tbody/tr[1]/td'))
        );
        $product = Capsule::table('tblproducts')->value('name');
        self::assertSame(['#1', 'Ada Byron', $product, 'Cloned', date('Y-m-d H:i:s', 1795359845), '21 min', '1 min',
            'Actions'], $cells);
        self::assertStringContainsString(
            '#1: being set up for 21 min, usually 1 min',
            (new AttentionWidget())->render()
        );
    }

    public function testWhatConcernsSeveralServicesIsSaidOnceAndLeadsToItsPage(): void
    {
        $this->whmcs->server(['name' => 'other', 'type' => 'cpanel']);
        $this->replyTo('attention', [
            'services' => [], 'services_total' => 0, 'total' => 3,
            'silent' => [['server' => 1, 'tries' => 4]],
            'pools' => [['server' => 1, 'family' => 6, 'total' => 40, 'free' => 3]],
            'zones' => [['code' => 'dns_rights', 'message' => 'not <allowed>', 'services' => 12]],
        ]);
        $page = $this->page('attention');
        [$request] = $this->requests('attention');
        self::assertSame([['id', 'assigned_ips']], array_map(array_keys(...), $request['servers']), 'no login');
        $dom = self::dom($page);
        $items = array_map(
            static fn ($item): string => trim($item->textContent),
            iterator_to_array($dom->query('//ul[@class="proxmoxkvm-causes"]/li'))
        );
        self::assertCount(4, $items, 'the cron has never run');
        self::assertStringContainsString('does not answer', $items[1]);
        self::assertStringContainsString('IPv6 addresses of pve1 are nearly used up: 3 of 40', $items[2]);
        self::assertStringContainsString('of 12 services are not written, all for', $items[3]);
        self::assertStringContainsString('one reason: not <allowed>', $items[3]);
        self::assertSame('4', $dom->evaluate('string(//ul[contains(@class, "nav-tabs")]//span[@class="badge"])'));
        $hrefs = array_map(
            static fn ($one): string => $one->value,
            iterator_to_array($dom->query('//ul[@class="proxmoxkvm-causes"]//@href'))
        );
        foreach (['page=doctor', 'page=servers', 'page=pools&server=1', 'page=zones'] as $place => $end) {
            self::assertStringEndsWith($end, $hrefs[$place]);
        }
    }

    /** Every page has the number in its tab, and asks for it once a minute and after a button. */
    public function testTheTabCountsWhatNeedsSomebody(): void
    {
        Dispatcher::cron();
        $badge = fn (string $page): string
            => self::dom($this->page($page))->evaluate('string(//ul[contains(@class, "nav-tabs")]//span)');
        self::assertSame('', $badge('servers'));
        $this->replyTo('attention', ['services' => [], 'total' => 7]);
        self::assertSame('', $badge('servers'), 'it was just counted');
        self::assertCount(1, $this->requests('attention'));
        $this->press('servers', 'nothing');
        self::assertSame('7', $badge('servers'));
        $this->refuse('attention', 'store', 'damaged');
        $this->press('servers', 'nothing');
        self::assertSame('', $badge('servers'), 'the other pages work');
    }

    public function testTheFirstPageOfTheAdminAreaHasAWidget(): void
    {
        $this->page('overview');
        Dispatcher::cron();
        require_once STAND_IN_MODULES . '/servers/proxmoxkvm/hooks.php';
        $widget = array_values(array_filter(
            Hooks::run('AdminHomeWidgets', []),
            static fn (mixed $widget): bool => $widget instanceof AttentionWidget
        ))[0];
        self::assertSame('Proxmox VE: needs attention', $widget->getTitle());
        self::assertStringContainsString('Nothing needs attention.', $widget->render());
        $this->needs(array_map(static fn (int $id): array => [
            'id' => $id, 'status' => 'clone', 'error' => ['code' => 'storage_full', 'message' => "no <room> for $id"],
        ], range(1, 5)), ['total' => 12, 'pools' => [['server' => 1, 'family' => 4, 'total' => 9, 'free' => 0]]]);
        $html = $widget->render();
        $items = self::dom($html)->query('//li');
        self::assertSame(5, $items->length, 'the first of it');
        self::assertStringContainsString('IPv4 addresses of pve1', $items->item(0)->textContent);
        self::assertSame('#4: no <room> for 4', $items->item(4)->textContent);
        self::assertStringContainsString('All that needs attention: 12', $html);
        self::assertSame(
            'addonmodules.php?module=proxmoxkvm&page=service&id=4',
            self::dom($html)->evaluate('string(//li[5]/a/@href)')
        );
        $this->refuse('attention', 'store', 'the store is <damaged>');
        self::assertStringContainsString('the store is &lt;damaged&gt;', $widget->render());
        Capsule::table('tbladmins')->where('id', 1)->update(['roleid' => 2]);
        self::assertStringContainsString('your role has no access', $widget->render(), 'others see no names');
    }

    /** Whatever button wanted an order of WHMCS could only fail. */
    public function testAServiceThatWhmcsHasNoMoreCanOnlyBeForgotten(): void
    {
        $service = ['id' => $this->service, 'status' => 'ready', 'vmid' => 104,
            'error' => ['code' => 'whmcs_gone', 'message' => 'no longer in WHMCS', 'attention' => true]];
        Dispatcher::cron();
        $this->needs([$service]);
        $page = $this->page('attention');
        self::assertStringContainsString('Delete the VM in Proxmox VE', $page);
        self::assertStringNotContainsString('Confirm owner', $page);
        self::assertSame('', self::dom($page)->evaluate('string(//tbody//button/@value)'));
        $dns = ['dns' => ['records' => ['1-1.example.net A 192.0.2.10']]];
        $this->replyTo('show', Shown::admin($service) + $dns);
        $buttons = self::dom($this->page('service', ['id' => $this->service]))->query('//button/@value');
        self::assertSame(['forget'], array_map(static fn ($one): string => $one->value, iterator_to_array($buttons)));
    }

    public function testTheFormOfAnActionSentTwiceIsOneOperation(): void
    {
        $action = static fn (string $name): array
            => ['name' => $name, 'group' => 'power', 'allowed' => true, 'why' => '', 'sure' => 'no', 'inputs' => []];
        $this->replyTo('show', [
            'service' => ['id' => $this->service, 'status' => 'ready'],
            'actions' => [$action('start'), $action('stop')],
        ]);
        $fields = self::dom($this->page('service', ['id' => $this->service]))
            ->query('//form[input[@name="do"]]/input[@name="proxmoxkvm_nonce"]/@value');
        $nonces = array_map(static fn ($one): string => $one->value, iterator_to_array($fields));
        self::assertCount(2, array_unique($nonces));
        self::assertMatchesRegularExpression('/^[0-9a-f]{24}$/D', $nonces[0]);
    }

    public function testAnotherAddressOfWhmcsStandsOnEachPageUntilStaffSayThatItIsNoCopy(): void
    {
        self::assertStringNotContainsString('had the address', $this->page('pools'));
        $change = ['from' => 'old.com/<b>', 'to' => 'new.com', 'at' => 1795359845.5];
        $this->replyTo('installation', ['address_change' => $change]);
        $page = $this->page('pools');
        $said = 'had the address old.com/&lt;b&gt;, and since ' . date('Y-m-d H:i', 1795359845) . ' it has new.com';
        self::assertStringContainsString($said, $page);
        self::assertStringContainsString('installation.php --copy', $page);
        $button = '//form[contains(@action, "page=doctor")]/button[@name="act"][@value="moved"]';
        self::assertCount(1, self::dom($page)->query($button));

        $page = $this->press('doctor', 'moved');
        self::assertSame('The store belongs to this WHMCS from now on.', self::message($page));
        $said = array_filter($this->requests('installation'), static fn (array $one): bool => isset($one['as']));
        self::assertSame(['moved'], array_values(array_column($said, 'as')));
    }

    public function testRetryIsTheCronForThisOneService(): void
    {
        $this->replyTo('cron', [
            'services' => [['id' => $this->service, 'status' => 'ready']],
            'outbox' => [
                ['id' => 1, 'service' => $this->service, 'kind' => 'mail_ready'],
                ['id' => 2, 'service' => $this->service, 'kind' => 'write_back', 'domain' => 'new.example.net'],
            ],
        ]);
        Dispatcher::cron();
        $asked = count($this->requests('due'));
        $page = $this->press('service', 'retry', ['back' => 'attention'], ['id' => $this->service]);

        self::assertSame("Service $this->service is now at: Ready.", self::message($page));
        self::assertStringContainsString('Nothing needs attention.', $page, 'back where it was pressed');
        [$request] = $this->requests('cron');
        self::assertSame([$this->service], array_column(array_column($request['orders'], 'service'), 'id'));
        self::assertSame(['admin'], array_column($request['orders'], 'actor'));
        self::assertLessThan(50, $request['budget_s']);
        self::assertCount($asked, $this->requests('due'));
        self::assertSame('new.example.net', $this->whmcs->row($this->service)->domain);
        self::assertSame(
            'Your virtual machine {$service_domain} is ready',
            Capsule::table('tblemails')->value('subject')
        );
    }

    public function testRetryTellsWhatStillKeepsTheService(): void
    {
        $error = ['code' => 'storage_full', 'message' => 'no room left', 'retry' => false];
        $this->replyTo('cron', ['services' => [['id' => $this->service, 'status' => 'clone', 'error' => $error]]]);
        $page = $this->press('service', 'retry', [], ['id' => $this->service]);
        self::assertFalse(self::isGood($page));
        self::assertStringContainsString('still does not go on: no room left', self::message($page));

        // Its lease was somebody else's.
        $this->replyTo('cron', ['services' => []]);
        $page = $this->press('service', 'retry', [], ['id' => $this->service]);
        self::assertStringContainsString('Somebody else works on service', self::message($page));

        Capsule::table('tblhosting')->update(['server' => 77]);
        $this->press('service', 'retry', [], ['id' => $this->service]);
        $failed = $this->requests('cron')[2]['failed'];
        self::assertSame('the server entry 77 of the service does not exist', $failed[0]['message']);
    }

    public function testRedeployWantsTheNumberOfTheVmAndStopsItFirst(): void
    {
        $this->replyTo('show', ['service' => ['id' => $this->service, 'vmid' => 104, 'status' => 'ready']]);
        foreach (['', '103', 'yes', '104x'] as $typed) {
            $page = $this->redeploy($typed);
            self::assertStringContainsString('type the VMID 104', self::message($page), $typed);
        }
        self::assertSame([], [...$this->requests('stop'), ...$this->requests('reinstall')]);

        $page = $this->redeploy('104');
        self::assertStringContainsString('is being built anew', self::message($page));
        self::assertTrue(self::isGood($page));
        self::assertCount(1, $this->requests('stop'));
        [$request] = $this->requests('reinstall');
        self::assertSame([$this->service, 'admin'], [$request['service']['id'], $request['actor']]);
        self::assertStringContainsString('is being built anew', Capsule::table('tblactivitylog')->value('description'));
    }

    public function testRedeployGoesOnlyAsFarAsItMay(): void
    {
        $this->replyTo('show', ['service' => ['id' => $this->service, 'vmid' => 104, 'status' => 'ready']]);
        $this->refuse('stop', 'locked', 'VM 104 is locked');
        self::assertSame('VM 104 is locked', self::message($this->redeploy('104')));
        self::assertSame([], $this->requests('reinstall'));

        $this->refuse('stop', 'already_stopped', 'VM 104 is stopped already');
        $this->refuse('reinstall', 'protected', 'VM 104 is protected');
        self::assertSame('VM 104 is protected', self::message($this->redeploy('104')));

        $this->replyTo('stop', []);
        $said = self::message($this->redeploy('104'));
        self::assertSame('The VM was stopped, but it is not being built anew: VM 104 is protected', $said);

        $this->replyTo('show', ['service' => ['id' => $this->service, 'status' => 'creation']]);
        self::assertStringContainsString('has no VM', self::message($this->redeploy('')));
        self::assertStringNotContainsString('value="redeploy"', $this->page('service', ['id' => $this->service]));
    }

    /** The page draws the core's actions, each once and in words; what is typed for one goes to the core. */
    public function testEveryActionOfTheCoreIsAForm(): void
    {
        $refused = ['start' => 'VM 104 runs <already>'];
        $this->replyTo('show', Shown::admin(['id' => $this->service, 'vmid' => 104, 'status' => 'ready'], $refused));
        $dom = self::dom($this->page('service', ['id' => $this->service]));
        $forms = '//div[@class="proxmoxkvm-action"]/form';
        $names = [];
        foreach ($dom->query("$forms/input[@name='do']/@value") as $name) {
            $names[] = $name->value;
            $label = $dom->evaluate("string({$forms}[input[@name='do'][@value='$name->value']]/button)");
            self::assertNotContains($label, ['', $name->value]);
        }
        $drawn = array_column(StubLibrary::catalogue()['actions'], 'panel', 'name');
        self::assertTrue($drawn['backup_restore'], 'a panel has it');
        self::assertEqualsCanonicalizing(array_keys($drawn, false, true), $names);
        self::assertSame('VM 104 runs <already>', $dom->evaluate("string($forms/button[@disabled]/../span)"));
        self::assertSame(1.0, $dom->evaluate("count($forms/button[@disabled])"));
        foreach ($dom->query("$forms/input[@type='text']") as $input) {
            self::assertNotSame($input->getAttribute('name'), $input->getAttribute('placeholder'));
        }

        $typed = ['do' => 'reinstall', 'typed' => ' a&amp;b ', 'vmid' => '7'];
        $page = $this->press('service', 'action', $typed, ['id' => $this->service]);
        self::assertStringContainsString('is being built anew', self::message($page), 'it is not done yet');
        [$request] = $this->requests('reinstall');
        self::assertSame(['admin', 'a&b'], [$request['actor'], $request['typed']]);
    }

    /** What a form names is a name like any other. */
    public function testAFormCanAskForActionsOnly(): void
    {
        $verbs = StubLibrary::verbs();
        self::assertContains('terminate', $verbs);
        $others = array_diff($verbs, array_column(StubLibrary::catalogue()['actions'], 'name'));
        foreach ([...$others, 'fly', ''] as $verb) {
            $page = $this->press('service', 'action', ['do' => $verb], ['id' => $this->service]);
            self::assertStringContainsString('no such button', self::message($page), $verb);
            $drawn = ['show', 'attention'];
            // Every page asks whether the address of WHMCS has changed; none says what that means.
            $says = static fn (array $one): bool => $verb !== 'installation' || isset($one['as']);
            $asked = in_array($verb, $drawn, true) ? [] : array_filter($this->requests($verb), $says);
            self::assertSame([], $asked, $verb);
        }
    }

    public function testTheLogOfATaskIsFetchedWhenItIsAskedFor(): void
    {
        $entry = ['id' => 12, 'action' => 'start', 'actor' => 'admin', 'state' => 'failed', 'at' => 1795359845,
            'took_s' => 2, 'upid' => 'UPID:pve1:x', 'ip' => '198.51.100.7', 'lines' => []];
        $this->replyTo('show', ['service' => ['id' => $this->service, 'server_id' => 1, 'status' => 'ready',
            'vmid' => 104], 'activity' => [$entry, ['id' => 13, 'upid' => null] + $entry]]);
        $page = $this->page('service', ['id' => $this->service]);
        self::assertSame([], $this->requests('task_log'));
        $dom = self::dom($page);
        $logs = $dom->query('//div[@class="proxmoxkvm-history"]//a');
        self::assertSame(1, $logs->length, 'where there was a task');
        self::assertStringEndsWith("page=service&id=$this->service&log=12", $logs->item(0)->getAttribute('href'));
        $scrolls = $dom->query('//div[@class="proxmoxkvm-history"]')->item(0);
        self::assertSame(['0', 'History'], [$scrolls->getAttribute('tabindex'), $scrolls->getAttribute('aria-label')]);
        self::assertSame(
            'https://pve1.example.net:8006/#v1:0:=qemu/104',
            $dom->evaluate('string(//table//a[@target="_blank"]/@href)')
        );

        $log = ['upid' => 'UPID:pve1:x', 'telling' => ['no <room>'], 'lines' => ['a', 'no <room>']];
        $this->replyTo('task_log', $log);
        $page = $this->page('service', ['id' => $this->service, 'log' => 12]);
        [$request] = $this->requests('task_log');
        self::assertSame([$this->service, 12, 'admin'], [$request['of'], $request['operation'], $request['actor']]);
        self::assertNotSame('', $request['service']['password'], 'what must not be in it');
        $dom = self::dom($page);
        self::assertSame('no <room>', $dom->evaluate('string(//div[@class="panel-body"]/ul/li)'));
        self::assertSame("a\nno <room>", $dom->evaluate('string(//pre)'));
        $this->refuse('task_log', 'no_task', 'there is <none>');
        self::assertStringContainsString('there is &lt;none&gt;', $this->page('service', ['id' => 1, 'log' => 9]));
    }

    public function testWhatComesFromProxmoxVeIsThereWhenItIsAskedFor(): void
    {
        $this->replyTo('show', ['service' => ['id' => $this->service, 'server_id' => 1, 'status' => 'ready',
            'vmid' => 104], 'activity' => []]);
        $this->replyTo('snapshots', ['have' => 1, 'most' => 2, 'snapshots' => [
            ['name' => 'pktpaigw-1', 'label' => 'one <b>', 'own' => true, 'newest' => true]]]);
        $this->replyTo('backups', ['have' => 1, 'most' => 3, 'backups' => [
            ['name' => 'pktpaigw-2', 'note' => 'two <b>', 'at' => 1795359845.0, 'verified' => false]]]);
        $page = $this->page('service', ['id' => $this->service]);
        foreach (['snapshots', 'backups'] as $asked) {
            self::assertStringContainsString("&amp;$asked=1", $page);
            self::assertSame([], $this->requests($asked));
        }
        $page = $this->page('service', ['id' => $this->service, 'snapshots' => 1, 'backups' => 1]);
        self::assertSame([$this->service, 'admin'], [
            $this->requests('snapshots')[0]['service'], $this->requests('backups')[0]['actor'],
        ]);
        foreach (['one &lt;b&gt;', '1 of 2', 'two &lt;b&gt;', '1 of 3', 'failed its verification'] as $told) {
            self::assertStringContainsString($told, $page);
        }
        $this->refuse('backups', 'locked', 'it is <locked>');
        $page = $this->page('service', ['id' => $this->service, 'backups' => 1]);
        self::assertStringContainsString('it is &lt;locked&gt;', $page);
    }

    public function testAttach(): void
    {
        $this->refuse('show', 'unknown_service', 'not known');
        self::assertStringContainsString('does not know this service yet', $this->page('service', ['id' => 1]));
        $page = $this->press('service', 'attach', ['vmid' => '123'], ['id' => $this->service]);
        self::assertSame("VM 123 is attached to service $this->service.", self::message($page));
        self::assertSame(['123'], array_column($this->requests('attach'), 'vmid'));
        $this->refuse('attach', 'owned', 'VM 123 is another service\'s');
        $page = $this->press('service', 'attach', ['vmid' => '123'], ['id' => $this->service]);
        self::assertSame("VM 123 is another service's", self::message($page));
    }

    public function testPoolsOfTheServerThatIsChosen(): void
    {
        $second = $this->whmcs->server(['name' => 'pve2', 'hostname' => 'pve2.example.net', 'assignedips' => 'x']);
        $line = ['bridge' => 'vmbr0', 'vlan' => 0, 'family' => 4, 'first' => '192.0.2.10', 'last' => '192.0.2.40'];
        $this->replyTo('pools', [
            'lines' => [
                $line + ['line' => 1, 'total' => 31, 'leased' => 2, 'free' => 29],
                ['first' => '2001:db8::1', 'last' => '2001:db8::1', 'family' => 6, 'vlan' => 7]
                    + $line + ['line' => 3, 'total' => 1, 'leased' => 1, 'free' => 0],
            ],
            'lines_total' => 2,
            'sums' => [
                4 => ['total' => 31, 'leased' => 2, 'free' => 29],
                6 => ['total' => 1, 'leased' => 1, 'free' => 0],
            ],
            'bad' => [['line' => 2, 'reason' => 'no prefix']],
            'leases' => [['address' => '192.0.2.10', 'service' => $this->service, 'since' => 1795359845, 'line' => 1]],
            'leases_total' => 60,
            'stray' => 4,
        ]);
        $page = $this->page('pools');
        self::assertSame(1, $this->requests('pools')[0]['server']['id']);
        self::assertArrayNotHasKey('line', $this->requests('pools')[0]);
        foreach (
            ['IPv4: 2 leased, 29 of 31 free', 'IPv6: 1 leased, 0 of 1 free', 'Address line 2: no prefix.',
                '192.0.2.10 - 192.0.2.40', 'Ada Byron', 'no line holds any more: 4', 'Page 1 of 2'] as $text
        ) {
            self::assertStringContainsString($text, $page);
        }
        $this->page('pools', ['server' => $second, 'line' => 0, 'p' => 2]);
        $asked = $this->requests('pools')[1];
        self::assertSame([$second, 'pve2.example.net', 'x', 0, 50], [$asked['server']['id'],
            $asked['server']['hostname'], $asked['server']['assigned_ips'], $asked['line'], $asked['offset']]);
        // No PVE request: the core's verb for that was not called.
        self::assertSame([], $this->requests('test_connection'));
    }

    public function testServersAreTestedAndTheirTrustIsShown(): void
    {
        $insecure = $this->whmcs->server(['name' => 'pve2', 'accesshash' => "endpoints=a\r\ninsecure=1\r\n"]);
        $this->whmcs->server(['accesshash' => 'fingerprint=00']);
        $this->whmcs->server(['accesshash' => ' CA = /etc/x.pem']);
        $this->whmcs->server(['accesshash' => "# insecure=1\ninsecure=0"]);
        $this->whmcs->server(['type' => 'cpanel', 'name' => 'other']);
        $trust = [];
        foreach (self::dom($this->page('servers'))->query('//tbody/tr/td[4]') as $cell) {
            $trust[] = substr(trim($cell->textContent), 0, 11);
        }
        self::assertSame(['authorities', 'Not checked', 'by fingerpr', 'own authori', 'authorities'], $trust);

        $this->replyTo('test_connection', ['version' => '9.1.8', 'login' => 'root@pam!whmcs']);
        $page = $this->press('servers', 'test', ['server' => $insecure]);
        self::assertTrue(self::isGood($page));
        self::assertStringContainsString('9.1.8', self::message($page));
        self::assertSame($insecure, $this->requests('test_connection')[0]['server']['id']);
        $this->refuse('test_connection', 'pve_login', 'wrong token token-secret');
        $page = $this->press('servers', 'test', ['server' => $insecure]);
        self::assertSame('pve2: wrong token ***', self::message($page));
        self::assertFalse(self::isGood($page));
        self::assertStringNotContainsString('token-secret', json_encode(Capsule::table('tblmodulelog')->get()));
    }

    private function redeploy(string $typed): string
    {
        return $this->press('service', 'redeploy', ['confirm' => $typed], ['id' => $this->service]);
    }

    /**
     * @param list<array<string, mixed>> $services
     * @param array<string, mixed> $more
     */
    private function found(array $services, array $more = []): void
    {
        $services = array_map(fn (array $service): array => $service + ['id' => $this->service], $services);
        $this->replyTo('overview', ['services' => $services] + $more + ['total' => count($services)]);
    }

    /**
     * @param list<array<string, mixed>> $services
     * @param array<string, mixed> $more
     */
    private function needs(array $services, array $more = []): void
    {
        $services = array_map(fn (array $service): array => $service + ['id' => $this->service], $services);
        $counts = ['services_total' => count($services), 'total' => count($services)];
        $this->replyTo('attention', ['services' => $services] + $more + $counts);
    }

    private function refuse(string $verb, string $code, string $message): void
    {
        $this->replyTo($verb, ['ok' => false, 'code' => $code, 'message' => $message, 'retry' => false]);
    }
}
