<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\Php;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

final class CronTest extends StubTestCase
{
    public function testABadRecordDoesNotStopTheOthers(): void
    {
        $server = $this->whmcs->server();
        $product = $this->whmcs->product();
        $good = [$this->whmcs->service($product, $server), $this->whmcs->service($product, $server)];
        $noServer = $this->whmcs->service($product, 77);
        $unassigned = $this->whmcs->service($product, 0);
        $noProduct = $this->whmcs->service(88, $server);
        $otherModule = $this->whmcs->service($this->whmcs->product(), $server);
        Capsule::table('tblproducts')->where('id', 2)->update(['servertype' => 'cpanel']);
        $this->due([$good[0], $noServer, 999, $unassigned, $noProduct, $otherModule, $good[1]]);

        Dispatcher::cron();

        [$request] = $this->requests('cron');
        self::assertSame($good, array_column(array_column($request['orders'], 'service'), 'id'));
        self::assertSame([
            $noServer => 'the server entry 77 of the service does not exist',
            999 => 'WHMCS has no service 999 any more.',
            $unassigned => 'the service has no server assigned',
            $noProduct => 'the product 88 of the service does not exist',
            $otherModule => 'the product 2 of the service does not use this module',
        ], array_column($request['failed'], 'message', 'id'));
    }

    public function testAnOrderBringsWhichStateOfItsServiceWasRead(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $this->replyTo('due', ['services' => [['id' => $service, 'server_id' => 1, 'generation' => 41]]]);
        Dispatcher::cron();
        self::assertSame([41], array_column($this->requests('cron')[0]['orders'], 'generation'));
    }

    public function testNothingDueIsOneCall(): void
    {
        Dispatcher::cron();
        self::assertCount(1, $this->requests('due'));
        self::assertSame([], $this->requests('cron'));
    }

    public function testDnsRecordsAloneAreARunToo(): void
    {
        $this->replyTo('due', ['dns' => 3]);
        Dispatcher::cron();
        [$request] = $this->requests('cron');
        self::assertSame([[], [], []], [$request['orders'], $request['failed'], $request['zones']]);
    }

    public function testWhatIsToBeToldAloneIsARunToo(): void
    {
        $this->replyTo('due', ['outbox' => 1]);
        Dispatcher::cron();
        self::assertCount(1, $this->requests('cron'));
    }

    public function testLinesArePrintedAndAReadyServiceGetsAMail(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $this->due([$service]);
        $mail = ['id' => 1, 'service' => $service, 'kind' => 'mail_ready'];
        $this->replyTo('cron', ['lines' => ["service $service: set_ip → clone"], 'outbox' => [$mail]]);
        $this->expectOutputString("proxmoxkvm: service $service: set_ip → clone\n");

        Dispatcher::cron();

        self::assertSame(
            'Your virtual machine {$service_domain} is ready',
            Capsule::table('tblemails')->value('subject')
        );
        self::assertSame(0, Capsule::table('tblactivitylog')->count());
    }

    public function testAnOwnMailTemplateReplacesTheText(): void
    {
        $this->whmcs->mailTemplate(['name' => 'Proxmox KVM VM Ready', 'subject' => 'Ihr Server']);
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $this->due([$service]);
        $this->replyTo('cron', ['outbox' => [['id' => 1, 'service' => $service, 'kind' => 'mail_ready']]]);
        Dispatcher::cron();

        self::assertSame('Ihr Server', Capsule::table('tblemails')->value('subject'));
    }

    public function testABrokenLibraryIsReportedOnceADayAndThrowsNothing(): void
    {
        $environment = ['PROXMOXKVM_LIBRARY' => '/nowhere.so'] + $this->whmcs->environment();
        $front = dirname(__DIR__) . '/whmcs/front.php';
        foreach ([1, 2] as $run) {
            $arguments = ['-d', 'error_reporting=' . (E_ALL & ~E_DEPRECATED), $front, 'cron'];
            $answer = (new Php($arguments, $environment))->answer();
            self::assertStringContainsString('The library /nowhere.so is missing', $answer['output'], "run $run");
        }
        self::assertSame(1, Capsule::table('tblactivitylog')->count());
    }

    public function testHooksFileOnlyRegisters(): void
    {
        $code = 'define("WHMCS", true); function add_hook($point, $priority, $function) { echo $point; }'
            . ' require $argv[1]; echo " ", count(get_included_files()), " ", count(spl_autoload_functions());';
        $hooks = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/hooks.php';
        $points = 'AfterCronJobServiceDeleteClientDeleteClientAreaPrimarySidebarShoppingCartValidateProductUpdate'
            . 'ShoppingCartValidateCheckoutShoppingCartValidateUpgradeClientAreaFooterOutputDailyCronJob'
            . 'AdminHomeWidgets';
        self::assertSame("$points 1 0", (new Php(['-r', $code, $hooks]))->output());
    }

    /** @param list<int> $services */
    private function due(array $services): void
    {
        $this->replyTo('due', ['services' => array_map(
            static fn (int $id): array => ['id' => $id, 'server_id' => 1],
            $services
        )]);
    }
}
