<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\ParamsBuilder;
use Tests\Support\Shown;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientArea;

/** What a client reads, and can do, where the machine stands still; and which tab an address leads to. */
final class ClientHaltTest extends StubTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->whmcs->service(
            $this->whmcs->product(),
            $this->whmcs->server(),
            ['domainstatus' => 'Active', 'suspendreason' => 'Overdue &amp; <b>late</b>']
        );
    }

    protected function tearDown(): void
    {
        [$_SESSION, $_POST, $_GET] = [[], [], []];
    }

    public function testASuspendedClientReadsWhyAndIsLedToTheInvoice(): void
    {
        $this->shown('suspended', 'Suspended');
        $halt = $this->frame()['view']['halt'];
        self::assertSame('Reason: Overdue & <b>late</b>', $halt['why'], 'plain text: the page escapes it');
        // Nothing to pay is known: then support is asked.
        self::assertSame('Open a ticket', $halt['button']);

        $invoice = static fn (string $status, string $type, int $relid): int => self::invoice($status, $type, $relid);
        $invoice('Paid', 'Hosting', $this->service);
        $invoice('Unpaid', 'Hosting', $this->service + 1);
        $invoice('Unpaid', 'Addon', $this->service);
        self::assertSame('Open a ticket', $this->frame()['view']['halt']['button']);
        $open = $invoice('Unpaid', 'Hosting', $this->service);
        $invoice('Unpaid', 'Hosting', $this->service);
        $halt = $this->frame()['view']['halt'];
        self::assertSame(['Pay the invoice', "viewinvoice.php?id=$open"], [$halt['button'], $halt['url']]);
        self::assertSame('Suspended', $this->frame()['view']['label']);
    }

    public function testADelayedClientReadsSinceWhenAndHasATicketHalfWritten(): void
    {
        $this->shown('delayed', 'Active', ['build' => ['late' => ['since' => 1_795_350_000, 'why' => 'slow']]]);
        Capsule::table('tblticketdepartments')->insert(['name' => 'Staff', 'hidden' => 'on', 'order' => 1]);
        $sales = Capsule::table('tblticketdepartments')->insertGetId(['name' => 'Sales', 'hidden' => '', 'order' => 3]);
        $help = Capsule::table('tblticketdepartments')->insertGetId(['name' => 'Help', 'hidden' => '', 'order' => 2]);
        self::assertNotSame($sales, $help);
        $halt = $this->frame()['view']['halt'];
        self::assertMatchesRegularExpression('/^Since .*2026.*\d:\d\d/', $halt['why']);
        self::assertSame('Open a ticket', $halt['button']);
        [$page, $query] = explode('?', $halt['url']);
        parse_str($query, $fields);
        self::assertSame('submitticket.php', $page);
        self::assertSame(['2', (string) $help], [$fields['step'], $fields['deptid']]);
        self::assertStringContainsString('1-1.example.net', $fields['subject']);
        self::assertStringContainsString("Service $this->service, ", $fields['message']);
        self::assertStringContainsString('Delayed', $fields['message']);
    }

    /** WHMCS's tables may be other ones in another version: that costs a link, and no page. */
    public function testWithoutWhmcssTablesThePageStands(): void
    {
        Capsule::schema()->drop('tblinvoices');
        Capsule::schema()->drop('tblticketdepartments');
        $this->shown('suspended', 'Suspended');
        self::assertStringStartsWith('submitticket.php?subject=', $this->frame()['view']['halt']['url']);
        self::assertSame('suspended', $this->frame()['view']['state']);
    }

    public function testWhatIsRemovedSaysSoInOneSentence(): void
    {
        $this->shown('gone', 'Terminated');
        $frame = $this->frame();
        self::assertSame(['Removed', 'There is no virtual machine any more.'], [
            $frame['view']['label'],
            $frame['view']['hint'],
        ]);
        self::assertArrayNotHasKey('halt', $frame['view']);
        self::assertSame([[], [], []], [$frame['tabs'], ...array_values($frame['buttons'])]);
    }

    /** The word of the state is what is being done, as long as it is, and since when. */
    public function testWhatIsBeingDoneIsTheState(): void
    {
        $entry = static fn (string $action, string $state): array => [
            'at' => 1_795_350_000.5, 'action' => $action, 'state' => $state, 'actor' => 'client',
        ];
        $this->shown('ready', 'Active', [
            'live' => ['status' => 'running'],
            'activity' => [$entry('stop', 'done'), $entry('reboot', 'running')],
        ]);
        $view = $this->frame()['view'];
        self::assertSame(['Restarting', 1_795_350_000.5, 'busy', 5], [
            $view['label'], $view['since'], $view['tone'], $view['refresh'],
        ]);
        $this->shown('ready', 'Active', [
            'live' => ['status' => 'running'],
            'activity' => [$entry('reboot', 'failed'), $entry('fly', 'running')],
        ]);
        $view = $this->frame()['view'];
        self::assertSame(['Running', null, 'on'], [$view['label'], $view['since'], $view['tone']]);
    }

    public function testATabHasAnAddressAndAnyOtherLeadsToTheFirst(): void
    {
        $this->shown('ready', 'Active');
        $open = function (mixed $asked): string {
            $_GET['vm'] = $asked;

            return $this->frame()['open'];
        };
        self::assertSame('history', $open('history'));
        foreach (['', 'nothing', '../page', ['history'], 'graphs', "history\0"] as $asked) {
            self::assertSame('overview', $open($asked));
        }
        $links = array_column($this->frame()['tabs'], 'url', 'name');
        $url = "clientarea.php?action=productdetails&id=$this->service&vm=history";
        self::assertSame($url, $links['history']);
        self::assertArrayNotHasKey('graphs', $links, 'the product does not let');
        // A form says which tab it was sent from.
        [$_GET['vm'], $_POST['vm']] = ['', 'history'];
        self::assertSame('history', $this->frame()['open']);
    }

    public function testTheLineSaysWhatWasOrderedInTheShopsWords(): void
    {
        Capsule::table('tblproducts')->update(['name' => 'Cloud &amp; VPS M']);
        $option = Capsule::table('tblproductconfigoptions')
            ->insertGetId(['optionname' => 'OS|System', 'optiontype' => 1]);
        $choice = Capsule::table('tblproductconfigoptionssub')
            ->insertGetId(['configid' => $option, 'optionname' => '9000|Debian 12']);
        Capsule::table('tblhostingconfigoptions')
            ->insert(['relid' => $this->service, 'configid' => $option, 'optionid' => $choice]);
        $this->shown('ready', 'Active', ['live' => ['status' => 'running', 'uptime_s' => 1_040_000]]);
        self::assertSame('12 days · Cloud & VPS M · Debian 12', $this->frame()['view']['line']);
        $this->shown('ready', 'Active', ['live' => ['status' => 'stopped', 'uptime_s' => 0]]);
        self::assertSame('Cloud & VPS M · Debian 12', $this->frame()['view']['line']);
    }

    private static function invoice(string $status, string $type, int $relid): int
    {
        $invoice = Capsule::table('tblinvoices')->insertGetId(['userid' => 1, 'status' => $status]);
        Capsule::table('tblinvoiceitems')
            ->insert(['invoiceid' => $invoice, 'userid' => 1, 'type' => $type, 'relid' => $relid]);

        return $invoice;
    }

    /** @param array<string, mixed> $more of the core's answer */
    private function shown(string $state, string $status, array $more = []): void
    {
        Capsule::table('tblhosting')->update(['domainstatus' => $status]);
        $service = ['id' => $this->service, 'status' => 'ready', 'domain' => '1-1.example.net'];
        $this->replyTo('show', $more + Shown::client($service, $state));
    }

    /** @return array<string, mixed> */
    private function frame(): array
    {
        return ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];
    }
}
