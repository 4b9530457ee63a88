<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\ClientPage;
use StandIn\ParamsBuilder;
use Tests\Support\ProblemTable;
use Tests\Support\Shown;
use Tests\Support\StubLibrary;
use Tests\Support\StubTestCase;
use Tests\Support\Translation;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientArea;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientPassword;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientUsage;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** What a client sees, and may do. */
final class ClientAreaTest extends StubTestCase
{
    private const TOKEN = ['token' => 'the-token'];

    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $_SESSION = ['token' => 'the-token'];
        $this->service = $this->whmcs->service(
            $this->whmcs->product(['cpu_cores' => '2', 'ram' => '1.5', 'system_disk' => '20']),
            $this->whmcs->server(),
            ['domainstatus' => 'Active']
        );
        $ready = ['addresses' => ['192.0.2.10'], 'username' => 'root', 'domain' => 'a.b', 'id' => $this->service];
        $this->replyTo('show', Shown::client(['status' => 'ready'] + $ready));
    }

    protected function tearDown(): void
    {
        [$_SESSION, $_POST, $_GET] = [[], [], []];
        unset($_SERVER['REQUEST_METHOD']);
    }

    public function testAButtonThatTheClientPressed(): void
    {
        foreach (['start', 'stop', 'reboot'] as $verb) {
            self::assertSame('success', $this->act($verb));
            self::assertSame(['client'], array_column($this->requests($verb), 'actor'));
        }
    }

    public function testWhoPressedAButtonAndFromWhereIsToldToTheCore(): void
    {
        $_SERVER['REMOTE_ADDR'] = '192.0.2.200';
        $stop = ['do' => 'stop'] + self::TOKEN;
        $this->press('Action', 'POST', $stop + ['proxmoxkvm_nonce' => '5f2bClientStop']);
        $this->press('Action', 'POST', $stop + ['proxmoxkvm_nonce' => ['no', 'text']]);
        unset($_SERVER['REMOTE_ADDR']);
        $by = ['id' => 1, 'ip' => '192.0.2.200', 'nonce' => '5f2bClientStop'];
        self::assertEquals([$by, array_merge($by, ['nonce' => ''])], array_column($this->requests('stop'), 'by'));
    }

    /** Without the script WHMCS answers the form with the page, which says what came of it. */
    public function testThePageThatAnswersAFormSaysWhatWasDone(): void
    {
        $done = fn (): string
            => ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm']['done'];
        $this->act('start');
        self::assertSame('The virtual machine was started.', $done());
        // Why not, WHMCS's own page says.
        self::assertNotSame('success', $this->act('start', 'GET'));
        self::assertSame('', $done());
    }

    /** What a form names is a name like any other: the library can be asked for much more than is a customer's. */
    public function testACustomerAsksForNothingThatIsNoAction(): void
    {
        $actions = array_filter(
            StubLibrary::catalogue()['actions'],
            static fn (array $action): bool => $action['switch'] !== null
        );
        $others = array_diff(StubLibrary::verbs(), array_column($actions, 'name'), ['show']);
        self::assertContains('terminate', $others);
        self::assertContains('vm_remove', $others);
        foreach ([...$others, 'fly', '', 'START', 'start '] as $verb) {
            self::assertSame('Your product does not include this.', $this->act($verb), $verb);
            self::assertSame([], $this->requests($verb), $verb);
        }
        $answer = $this->press('Action', 'POST', ['do' => ['start']] + self::TOKEN);
        self::assertSame('Your product does not include this.', $answer);
        self::assertSame([], $this->requests('start'));
    }

    public function testAUserOfWindowsReadsNoLineForSsh(): void
    {
        foreach (['root' => 'ssh root@192.0.2.10', 'Administrator' => '', '' => ''] as $user => $line) {
            $service = ['status' => 'ready', 'addresses' => ['192.0.2.10'], 'username' => $user];
            $this->replyTo('show', Shown::client($service));
            $page = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];
            self::assertSame($line, $page['view']['tab']['ssh']);
        }
    }

    public function testWhatDestroysIsSentWithTheNameThatWasTyped(): void
    {
        $form = ['do' => 'reinstall', 'typed' => ' a&amp;b ', 'vmid' => '7', 'status' => 'x'];
        self::assertSame('success', $this->press('Action', 'POST', $form + self::TOKEN));
        [$request] = $this->requests('reinstall');
        self::assertSame('a&b', $request['typed']);
        self::assertArrayNotHasKey('vmid', $request, 'what is no input of the action is not passed on');
        self::assertArrayNotHasKey('status', $request);
        self::assertSame('success', $this->act('start'));
        self::assertArrayNotHasKey('typed', $this->requests('start')[0]);
    }

    /** A machine that restarts is off for a moment: whoever has asked for it reads so no longer than that. */
    public function testAfterAButtonThePageLooksAgainSoon(): void
    {
        $this->replyTo('show', Shown::client(['status' => 'ready']) + ['live' => ['status' => 'stopped']]);
        ClientPage::login(1);
        $params = ParamsBuilder::service($this->service);
        $pressed = ClientArea::act('reboot', $params, 'POST', self::TOKEN);
        self::assertSame([true, 'Off', 5], [$pressed['ok'], $pressed['view']['label'], $pressed['view']['refresh']]);
        self::assertSame(30, ClientArea::status($params)['view']['refresh']);
    }

    public function testWhatHangsCanBeForcedOffWhereOneLooksFirst(): void
    {
        $params = ParamsBuilder::service($this->service);
        $this->replyTo('show', Shown::client(['status' => 'ready']) + ['live' => ['status' => 'running']]);
        ClientPage::login(1);
        $view = ClientArea::status($params)['view'];
        self::assertSame([false, ''], [$view['hangs'], $view['hint']]);
        $shown = Shown::client(['status' => 'ready']) + ['live' => ['status' => 'running']];
        $this->replyTo('show', $shown + ['hangs' => true]);
        $view = ClientArea::status($params)['view'];
        self::assertSame([true, 'Running'], [$view['hangs'], $view['label']]);
        self::assertStringContainsString('press Force off', $view['hint']);
    }

    public function testHowFarItIsIsSaidWhereItsTaskSaysIt(): void
    {
        $service = ['status' => 'snapshot', 'task' => ['percent' => 41.7]];
        $running = ['action' => 'snapshot_delete', 'state' => 'running', 'at' => 1.0];
        $this->replyTo('show', Shown::client($service) + ['activity' => [$running]]);
        ClientPage::login(1);
        $view = ClientArea::status(ParamsBuilder::service($this->service))['view'];
        self::assertSame('Deleting a snapshot 42%', $view['label']);
    }

    /** What was done is done, and what was refused refused, whatever can be seen of it. */
    public function testWhatCameOfAButtonIsToldAlsoWhereNothingCanBeSeen(): void
    {
        $_POST = ['vm' => 'history'];
        ClientPage::login(1);
        $params = ParamsBuilder::service($this->service);
        $broken = ['ok' => false, 'code' => 'store', 'message' => 'the store is away', 'retry' => true];
        $this->replyTo('activity', $broken);
        $done = ClientArea::act('start', $params, 'POST', self::TOKEN);
        self::assertSame([true, 'unknown'], [$done['ok'], $done['view']['state']]);
        $this->replyTo('start', $broken);
        $refused = ClientArea::act('start', $params, 'POST', self::TOKEN);
        self::assertSame([false, 'unknown'], [$refused['ok'], $refused['view']['state']]);
        self::assertNotSame('', $refused['message']);
    }

    public function testOnlyAFormOfOursMayChangeAnything(): void
    {
        self::assertStringContainsString('use the buttons', $this->act('start', 'GET'));
        self::assertStringContainsString('use the buttons', $this->act('start', 'HEAD'));
        foreach ([[], ['token' => ''], ['token' => 'another'], ['token' => ['the-token']]] as $form) {
            self::assertStringContainsString('reload it', $this->act('start', 'POST', $form));
        }
        self::assertSame([], $this->requests('start'));
    }

    public function testWhatTheProductForbidsIsNotOffered(): void
    {
        $only = Shown::client(['status' => 'ready'], given: ['start']);
        $this->replyTo('show', $only + ['permissions' => ['graphs' => false]]);
        $page = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];
        self::assertSame(['start'], array_column($page['buttons']['bar'], 'name'));
        self::assertSame(['overview', 'history'], array_column($page['tabs'], 'name'));
        $this->replyTo('stop', ['ok' => false, 'code' => 'not_for_clients', 'message' => 'set x', 'retry' => false]);
        self::assertSame('Your product does not include this.', $this->act('stop'));
        self::assertCount(24, $this->requests('stop')[0]['package']['options'], 'the core looks at the product itself');

        $this->replyTo('show', Shown::client(['status' => 'ready']) + ['permissions' => ['graphs' => true]]);
        $page = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];
        self::assertCount(3, $page['buttons']['bar']);
        self::assertSame(['overview', 'graphs', 'reach', 'history'], array_column($page['tabs'], 'name'));
        $_GET['vm'] = 'graphs';
        $page = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];
        self::assertCount(4, json_decode($page['tab']['plan'], true));
    }

    /** @dataProvider powers @param array<string, mixed> $more */
    public function testGreenAndReadySayNothingThatIsNotSo(array $more, string $label, string $tone): void
    {
        ClientPage::login((int) $this->whmcs->row($this->service)->userid);
        $this->replyTo('show', Shown::client(['status' => 'ready']) + $more);
        $view = ClientArea::status(ParamsBuilder::service($this->service))['view'];
        self::assertSame([$label, $tone], [$view['label'], $view['tone']]);
        // The page itself has not asked yet.
        $this->replyTo('show', Shown::client(['status' => 'ready']));
        $page = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];
        self::assertSame('none', $page['view']['tone']);
    }

    /** @return iterable<string, array{array<string, mixed>, string, string}> */
    public function powers(): iterable
    {
        yield 'running' => [['live' => ['status' => 'running']], 'Running', 'on'];
        yield 'stopped' => [['live' => ['status' => 'stopped']], 'Off', 'off'];
        yield 'paused' => [['live' => ['status' => 'paused']], 'Unknown', 'none'];
        yield 'no answer' => [['live_error' => 'pve1: no route'], 'Unknown', 'none'];
        yield 'a status that is none' => [['live' => ['status' => 5]], 'Unknown', 'none'];
    }

    public function testThePasswordIsInTheAnswerToItsFormAlone(): void
    {
        $service = ['status' => 'ready', 'username' => 'root'];
        $this->replyTo('show', Shown::client($service));
        $params = ParamsBuilder::service($this->service);
        $password = 'Ab3dE5gH1j';
        $page = static fn (): string => json_encode(ClientArea::page($params), JSON_THROW_ON_ERROR);
        self::assertStringNotContainsString($password, $page());
        foreach ([['GET', self::TOKEN], ['POST', []], ['POST', ['token' => 'wrong']]] as [$method, $form]) {
            self::assertNotSame('success', $this->press('Password', $method, $form));
            self::assertStringNotContainsString($password, $page());
        }
        self::assertSame('success', $this->press('Password'));
        // WHMCS draws the page in the same request.
        self::assertStringContainsString($password, $page());
        self::assertNotSame('success', $this->press('Password', 'POST', []));
        self::assertStringNotContainsString($password, $page());

        $forbidden = Shown::client($service) + ['permissions' => ['password' => false]];
        $this->replyTo('show', $forbidden);
        self::assertSame('Your product does not include this.', $this->press('Password'));
        self::assertStringNotContainsString('ClientPassword', $page());
        self::assertNull(ClientArea::page($params)['templateVariables']['proxmoxkvm']['tab']['password']);
        $this->replyTo('show', Shown::client($service));
        foreach (['Suspended', 'Terminated', 'Pending'] as $status) {
            Capsule::table('tblhosting')->update(['domainstatus' => $status]);
            self::assertNotSame('success', $this->press('Password'), $status);
            $frame = ClientArea::page($params)['templateVariables']['proxmoxkvm'];
            self::assertFalse($frame['view']['tab']['has_password']);
        }
        Capsule::table('tblhosting')->update(['domainstatus' => 'Active']);
        $other = Capsule::table('tblclients')->insertGetId(['firstname' => 'Eve']);
        ClientPage::login($other);
        self::assertFalse(ClientPassword::ask($params, 'POST', self::TOKEN)['ok']);
        $log = json_encode([Capsule::table('tblmodulelog')->get(), Capsule::table('tblactivitylog')->get()]);
        self::assertStringNotContainsString($password, (string) $log);
    }

    public function testThePageItselfAsksProxmoxVeNothing(): void
    {
        ClientArea::page(ParamsBuilder::service($this->service));
        ClientPage::login((int) $this->whmcs->row($this->service)->userid);
        ClientArea::status(ParamsBuilder::service($this->service));
        [$page, $refresh] = $this->requests('show');
        self::assertArrayNotHasKey('server', $page);
        self::assertArrayHasKey('server', $refresh);
        self::assertArrayNotHasKey('package', $refresh, 'one request to Proxmox VE is enough for a refresh');
    }

    public function testANodeThatDoesNotAnswerLeavesTheButtonsAlone(): void
    {
        ClientPage::login((int) $this->whmcs->row($this->service)->userid);
        $this->replyTo('show', Shown::client(['status' => 'ready']) + ['live_error' => 'pve1.internal: no route']);
        $view = ClientArea::status(ParamsBuilder::service($this->service))['view'];
        self::assertSame('Unknown', $view['label']);
        self::assertSame(array_fill_keys(Shown::allOfClients(), true), $view['can']);
        self::assertStringNotContainsString('pve1', json_encode($view, JSON_THROW_ON_ERROR));
    }

    public function testNobodyReadsTheUsageOfAnothersMachine(): void
    {
        $params = ParamsBuilder::service($this->service);
        $this->replyTo('usage', ['points' => [['at' => 1, 'cpu' => 0.5]]]);
        foreach ([0, Capsule::table('tblclients')->insertGetId(['firstname' => 'Eve'])] as $visitor) {
            ClientPage::login($visitor);
            $answer = ClientUsage::of($params, 'hour');
            self::assertSame([false, []], [$answer['ok'], $answer['points']]);
        }
        self::assertSame([], $this->requests('usage'));

        ClientPage::login((int) $this->whmcs->row($this->service)->userid);
        self::assertSame([['at' => 1, 'cpu' => 0.5]], ClientUsage::of($params, 'month')['points']);
        ClientUsage::of($params, '<script>');
        self::assertSame(['month', 'day'], array_column($this->requests('usage'), 'timeframe'));
        self::assertSame(['client', 'client'], array_column($this->requests('usage'), 'actor'));
    }

    public function testWithoutASessionThereIsNoTokenToGuess(): void
    {
        $_SESSION['token'] = '';
        self::assertStringContainsString('reload it', $this->act('start', 'POST', ['token' => '']));
        self::assertSame([], $this->requests('start'));
    }

    public function testAnothersServiceIsNeitherShownNorChanged(): void
    {
        $other = Capsule::table('tblclients')->insertGetId(['firstname' => 'Eve']);
        $answer = ClientPage::custom($other, $this->service, 'ClientAction', 'POST', ['do' => 'stop']);
        self::assertSame('Service not found', $answer);

        // And if WHMCS had called the module all the same:
        ClientPage::login($other);
        $params = ParamsBuilder::service($this->service);
        $answers = [ClientArea::act('stop', $params, 'POST', self::TOKEN), ClientArea::status($params)];
        ClientPage::login(0);
        $answers[] = ClientArea::status($params);
        foreach ($answers as $answer) {
            self::assertFalse($answer['ok']);
            self::assertStringContainsString('not one of yours', $answer['message']);
            self::assertStringNotContainsString('192.0.2.10', json_encode($answer));
        }
        self::assertSame([], $this->requests('stop'));
    }

    public function testNothingIsPressedWhileSuspendedOrBeforeAndAfter(): void
    {
        $refusals = ['Suspended' => 'suspended', 'Pending' => 'not active', 'Terminated' => 'not active'];
        foreach ($refusals as $status => $why) {
            Capsule::table('tblhosting')->where('id', $this->service)->update(['domainstatus' => $status]);
            self::assertStringContainsString($why, $this->act('stop'));
            $this->replyTo('show', Shown::client(['status' => 'ready'], 'suspended', Shown::allOfClients()));
            $page = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];
            self::assertSame([[], []], array_values($page['buttons']), 'no button that cannot be pressed');
            self::assertSame([], $page['tabs']);
            $asked = $this->requests('show');
            self::assertSame($status, end($asked)['whmcs_status'], 'the core is told what WHMCS says');
        }
        self::assertSame([], $this->requests('stop'));
    }

    public function testAnAdminsFunctionIsNoClientsFunction(): void
    {
        foreach (['Start', 'Reinstall', 'VMRemove', 'TerminateAccount', 'AdminServicesTabFieldsSave'] as $suffix) {
            $answer = ClientPage::custom(1, $this->service, $suffix, 'POST', self::TOKEN);
            self::assertSame('Function Not Allowed', $answer);
        }
    }

    public function testAFailureTellsTheClientNothingOfTheSetUp(): void
    {
        $answers = [
            'already_running' => 'The virtual machine is running.',
            'locked' => 'busy at this moment',
            'pve_unreachable' => 'does not answer at this moment',
            'pve_no_answer' => 'try again later',
            'from_the_future' => 'try again later',
        ];
        foreach ($answers as $code => $text) {
            $message = 'VM 105 on node pve1.internal: <script>';
            $this->replyTo('start', ['ok' => false, 'code' => $code, 'message' => $message, 'retry' => false]);
            $said = $this->act('start');
            self::assertStringContainsString($text, $said);
            self::assertStringNotContainsString('105', $said);
        }
        self::assertStringContainsString('pve1.internal', Capsule::table('tblmodulelog')->value('response'));
    }

    /** Of whatever the core can say a client reads a sentence of the module for clients, or that it did not work. */
    public function testNoSentenceForStaffReachesAClient(): void
    {
        // The number that some of them have is in the reply.
        $texts = array_map(
            static fn ($text) => str_replace('{n}', '0', $text),
            Translation::read('english')->texts()
        );
        self::assertNotSame([], ProblemTable::rows());
        foreach (ProblemTable::rows() as $code => $problem) {
            $said = Problem::forClient(self::refusal($code, $problem));
            self::assertContains($said, $texts, $code);
            self::assertSame($texts[$problem['client'] ?? ''] ?? $texts['client_failed'], $said, $code);
        }
    }

    /** @param array<string, mixed> $problem */
    private static function refusal(string $code, array $problem): CoreError
    {
        try {
            CoreError::unlessOk(2, ['ok' => false, 'code' => $code, 'message' => 'VM 105 on pve1'] + $problem);
        } catch (CoreError $refused) {
            return $refused;
        }
        self::fail($code);
    }

    public function testATroubleOfOurOwnIsInTheModuleLogAndStopsTheButton(): void
    {
        $_SESSION['uid'] = 1;
        $params = ParamsBuilder::service($this->service);
        Capsule::schema()->drop('tblclients');
        $answer = ClientArea::act('stop', $params, 'POST', self::TOKEN);
        self::assertFalse($answer['ok']);
        self::assertStringContainsString('try again later', $answer['message']);
        self::assertStringContainsString('tblclients', Capsule::table('tblmodulelog')->value('response'));
        self::assertSame([], $this->requests('stop'));
    }

    /** @dataProvider states */
    public function testTheStateOfAService(
        string $state,
        array $service,
        string $label,
        string $pane,
        string $status
    ): void {
        $this->replyTo('show', Shown::client($service + ['id' => $this->service], $state));
        Capsule::table('tblhosting')->where('id', $this->service)->update(['domainstatus' => $status]);
        $view = $this->view();
        self::assertSame($state, $view['state']);
        self::assertSame($label, $view['label']);
        self::assertSame([$state === 'ready'], array_values(array_unique($view['can'])));
        self::assertSame($pane, $view['pane']);
        self::assertSame(['client', $status], [
            $this->requests('show')[0]['actor'],
            $this->requests('show')[0]['whmcs_status'],
        ]);
    }

    /**
     * Which state a service is in, the core's table says.
     *
     * @return iterable<string, array{string, array<string, mixed>, string, string, string}>
     */
    public function states(): iterable
    {
        yield 'ready' => ['ready', ['status' => 'ready'], 'Ready', 'tabs', 'Active'];
        yield 'on its way' => ['building', ['status' => 'clone'], 'Being set up', 'setup', 'Active'];
        yield 'needs attention' => ['delayed', ['status' => 'clone'], 'Delayed', 'delayed', 'Active'];
        yield 'without disks' => ['lost', ['status' => 'reinstall'], 'No disks', 'tabs', 'Active'];
        yield 'change' => ['changing', ['status' => 'change_package'], 'Being changed', 'tabs', 'Active'];
        yield 'suspended' => ['suspended', ['status' => 'ready'], 'Suspended', 'suspended', 'Suspended'];
        yield 'terminated' => ['gone', ['status' => 'removed'], 'Removed', 'gone', 'Terminated'];
        $newer = ['status' => 'set_teleport'];
        yield 'a status from the future' => ['building', $newer, 'Being set up', 'setup', 'Active'];
    }

    public function testTheProgressOfABuild(): void
    {
        $build = ['phase' => 'installing', 'since' => 1.0, 'usual_s' => 180, 'percent' => 40.2, 'late' => null];
        $this->replyTo('show', Shown::client(['status' => 'set_ip'], 'building') + ['build' => $build]);
        $view = $this->view();
        self::assertSame(['done', 'now', 'later', 'later'], array_column($view['setup']['phases'], 'is'));
        self::assertSame(['Installing', 5], [$view['setup']['phases'][1]['label'], $view['refresh']]);
        self::assertSame('Being set up 40%', $view['label']);
        self::assertSame([40, 'usually 3 min'], [$view['setup']['percent'], $view['setup']['usual']]);
    }

    public function testAServiceThatTheCoreDoesNotKnowIsWaiting(): void
    {
        $this->replyTo('show', ['ok' => false, 'code' => 'unknown_service', 'message' => 'm', 'retry' => false]);
        self::assertSame('waiting', $this->view()['state']);
        $this->replyTo('show', ['ok' => false, 'code' => 'store', 'message' => 'm', 'retry' => false]);
        self::assertSame('unknown', $this->view()['state']);
    }

    public function testWhatWasSoldIsToldInTheUnitsItWasSoldIn(): void
    {
        $resources = function (array $sold): array {
            $this->replyTo('show', ['sold' => $sold] + Shown::client(['status' => 'ready']));
            $page = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];

            return array_column($page['tab']['resources'], 'value', 'label');
        };
        $one = static fn (string $key, float $number): array => ['key' => $key, 'number' => $number, 'unit' => ''];
        self::assertSame(
            ['CPU cores' => '2', 'Memory' => '1.5 GB', 'Disk' => '20 GB', 'Network' => '100 Mbit/s'],
            $resources([$one('cpu_cores', 2), $one('ram', 1.5), $one('system_disk', 20), $one('network_rate', 100)])
        );
        self::assertSame(['Network' => '2.5 Gbit/s'], $resources([$one('network_rate', 2500)]));
        self::assertSame(['Traffic a month' => '20 TB'], $resources([$one('traffic_gb', 20_000)]));
        self::assertSame([], $resources([]));
        $traffic = ['month' => '2026-11', 'months' => [['month' => '2026-11', 'counted' => 5_000_000_000_000,
            'bytes_in' => 0, 'bytes_out' => 0]], 'quota_bytes' => 20_000_000_000_000];
        $this->replyTo('show', ['traffic' => $traffic] + Shown::client(['status' => 'ready']));
        $frame = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];
        $tab = $frame['view']['tab'];
        self::assertSame(25, $tab['traffic_share']);
        self::assertStringContainsString('5 TB', $tab['traffic']);
        $_SESSION['Language'] = 'german';
        self::assertSame(['Arbeitsspeicher' => '1,5 GB'], $resources([$one('ram', 1.5)]));
    }

    /** @param array<string, mixed> $form */
    private function press(string $button, string $method = 'POST', array $form = self::TOKEN): string
    {
        return ClientPage::custom(1, $this->service, "Client$button", $method, $form);
    }

    /** @param array<string, mixed> $form */
    private function act(string $action, string $method = 'POST', array $form = self::TOKEN): string
    {
        return $this->press('Action', $method, ['do' => $action] + $form);
    }

    /** @return array<string, mixed> */
    private function view(): array
    {
        ClientPage::login(1);

        return ClientArea::status(ParamsBuilder::service($this->service))['view'];
    }
}
