<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\ClientPage;
use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use Tests\Support\Shown;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientArea;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\FormerPasswords;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/** The machine made anew: what WHMCS sells goes to the core, and what was chosen comes back to WHMCS. */
final class RebuildTabTest extends StubTestCase
{
    private int $service;
    private int $option;
    /** @var array<string, int> label => choice */
    private array $choices = [];

    protected function setUp(): void
    {
        parent::setUp();
        $product = $this->whmcs->product();
        $this->service = $this->whmcs->service($product, $this->whmcs->server(), [
            'domainstatus' => 'Active', 'billingcycle' => 'Quarterly',
        ]);
        Capsule::table('tblproductconfiglinks')->insert(['gid' => 5, 'pid' => $product]);
        $this->option = Capsule::table('tblproductconfigoptions')
            ->insertGetId(['gid' => 5, 'optionname' => 'operating  system|System', 'optiontype' => 1]);
        $rows = [
            '9001|Ubuntu 24.04' => [2, 0, '12.00'],
            '9000|Debian 12' => [1, 0, '0.00'],
            '9002|Old &amp; gone' => [3, 1, null],
        ];
        foreach ($rows as $name => [$order, $hidden, $price]) {
            $this->choices[$name] = Capsule::table('tblproductconfigoptionssub')->insertGetId([
                'configid' => $this->option, 'optionname' => $name, 'sortorder' => $order, 'hidden' => $hidden,
            ]);
            $price === null || $this->price($this->choices[$name], $price);
        }
        Capsule::table('tblhostingconfigoptions')->insert([
            'relid' => $this->service, 'configid' => $this->option, 'optionid' => $this->choices['9000|Debian 12'],
        ]);
        $this->replyTo('show', Shown::client(['status' => 'ready'], given: ['reinstall']));
    }

    protected function tearDown(): void
    {
        $_GET = [];
    }

    private function price(int $choice, string $price): void
    {
        $columns = [
            'msetupfee', 'qsetupfee', 'ssetupfee', 'asetupfee', 'bsetupfee', 'tsetupfee', 'monthly', 'quarterly',
            'semiannually', 'annually', 'biennially', 'triennially',
        ];
        foreach ([1, 2] as $currency) {
            Capsule::table('tblpricing')->insert(
                ['type' => 'configoptions', 'currency' => $currency, 'relid' => $choice]
                + ['quarterly' => $currency === 1 ? $price : '99.00', 'qsetupfee' => '1.50']
                + array_fill_keys($columns, '7.00')
            );
        }
    }

    public function testWhatWhmcsSellsGoesToTheCoreWithItsPrices(): void
    {
        ClientPage::login(1);
        $form = ['token' => 'the-token', 'template' => ' 9001 ', 'typed' => '1-1', 'systems' => 'forged'];
        $params = ParamsBuilder::service($this->service);
        self::assertTrue(ClientArea::act('reinstall', $params, 'POST', $form)['ok']);
        [$request] = $this->requests('reinstall');
        self::assertSame('9001', $request['template']);
        $row = fn (string $name, string $value, string $label, array $more): array => [
            'option' => $this->option, 'choice' => $this->choices[$name], 'value' => $value, 'label' => $label,
        ] + $more;
        $priced = static fn (string $price): array => ['price' => $price, 'setup' => '1.50'];
        $found = array_map(static function (array $one): array {
            $prices = array_intersect_key($one, ['price' => 0, 'setup' => 0]);

            return array_map(static fn ($price): string => sprintf('%.2f', $price), $prices) + $one;
        }, $request['systems']);
        self::assertEquals([
            $row('9000|Debian 12', '9000', 'Debian 12', ['hidden' => false, 'had' => true] + $priced('0.00')),
            $row('9001|Ubuntu 24.04', '9001', 'Ubuntu 24.04', ['hidden' => false, 'had' => false] + $priced('12.00')),
            // It has no price, so nobody gets it for none.
            $row('9002|Old &amp; gone', '9002', 'Old & gone', ['hidden' => true, 'had' => false]),
        ], $found);
    }

    public function testAnOptionThatIsHiddenSellsNothing(): void
    {
        ClientPage::login(1);
        Capsule::table('tblproductconfigoptions')->update(['hidden' => 1]);
        ClientArea::act('reinstall', ParamsBuilder::service($this->service), 'POST', ['token' => 'the-token']);
        [$request] = $this->requests('reinstall');
        self::assertSame([true, true, true], array_column($request['systems'], 'hidden'));
        self::assertSame([true, false, false], array_column($request['systems'], 'had'));
    }

    public function testAServiceThatIsFreePaysNothingAndAnUnknownCycleHasNoPrice(): void
    {
        $prices = function (string $cycle): array {
            Capsule::table('tblhosting')->update(['billingcycle' => $cycle]);
            $params = ParamsBuilder::service($this->service);
            ClientArea::act('reinstall', $params, 'POST', ['token' => 'the-token']);
            $requests = $this->requests('reinstall');

            return array_column(end($requests)['systems'], 'price');
        };
        ClientPage::login(1);
        self::assertSame(['0', '0', '0'], $prices('Free Account'));
        self::assertSame([], $prices('Weekly'));
    }

    public function testThePageAsksForTheSystemsOnItsOwnTabOnly(): void
    {
        ClientPage::login(1);
        ClientArea::page(ParamsBuilder::service($this->service));
        $_GET['vm'] = 'rebuild';
        ClientArea::page(ParamsBuilder::service($this->service));
        ClientArea::status(ParamsBuilder::service($this->service));
        $asked = $this->requests('show');
        $has = static fn (string $part): array => array_map(static fn (array $one): bool => isset($one[$part]), $asked);
        self::assertSame([false, true, false], $has('systems'));
        self::assertSame([false, false, true], $has('losses'));
    }

    public function testWhatWasChosenIsWhatWhmcsShows(): void
    {
        [$debian, $ubuntu] = [$this->choices['9000|Debian 12'], $this->choices['9001|Ubuntu 24.04']];
        $chosen = fn (): array => Capsule::table('tblhostingconfigoptions')->where('relid', $this->service)
            ->where('configid', $this->option)->pluck('optionid')->map('intval')->all();
        $told = ['option' => $this->option, 'before' => $debian, 'choice' => $ubuntu];
        $this->tell($told);
        self::assertSame([$ubuntu], $chosen());
        $this->tell($told);
        self::assertSame([$ubuntu], $chosen(), 'twice does no harm');
        Capsule::table('tblhostingconfigoptions')->update(['optionid' => $this->choices['9002|Old &amp; gone']]);
        $this->tell($told);
        self::assertSame([$this->choices['9002|Old &amp; gone']], $chosen(), 'somebody has chosen otherwise since');
        Capsule::table('tblhostingconfigoptions')->delete();
        $this->tell(['before' => 0] + $told);
        $this->tell(['before' => 0] + $told);
        self::assertSame([$ubuntu], $chosen(), 'it had none');
    }

    /** @param array<string, int> $system */
    private function tell(array $system): void
    {
        $this->replyTo('due', ['outbox' => 1]);
        $this->replyTo('cron', ['outbox' => [[
            'id' => 3, 'kind' => 'write_back', 'service' => $this->service, 'username' => 'root', 'system' => $system,
        ]]]);
        Dispatcher::cron();
    }

    private function password(): string
    {
        return Services::password($this->service);
    }

    /** @param array{word?: string, built?: bool} $renewal as the core has it */
    private function renewed(string $ticked, array $reply, ?array $renewal): bool
    {
        $this->replyTo('reinstall', $reply);
        $this->replyTo('show', Shown::client(['status' => 'ready', 'renewal' => $renewal], given: ['reinstall']));
        $form = ['token' => 'the-token', 'new_password' => $ticked];

        return ClientArea::act('reinstall', ParamsBuilder::service($this->service), 'POST', $form)['ok'];
    }

    private function cron(?array $renewal): void
    {
        Capsule::table(FormerPasswords::TABLE)->update(['kept' => time() - 600]);
        $this->replyTo('due', []);
        $this->replyTo('show', Shown::client(['status' => 'ready', 'renewal' => $renewal]));
        Dispatcher::cron();
    }

    /** @return array<string, mixed> the last request */
    private function sent(): array
    {
        $requests = $this->requests('reinstall');

        return end($requests);
    }

    /** WHMCS has the password that the machine has, or will get: whatever becomes of the rebuild. */
    public function testANewPasswordIsWhmcssUnlessTheRebuildIsRefused(): void
    {
        ClientPage::login(1);
        $before = $this->password();
        $refused = ['ok' => false, 'code' => 'locked', 'message' => 'x', 'retry' => true];
        self::assertFalse($this->renewed('1', $refused, null));
        $sent = $this->sent()['service']['password'];
        self::assertNotSame($before, $sent);
        self::assertSame($before, $this->password(), 'nothing was asked of the machine');
        self::assertSame(0, Capsule::table(FormerPasswords::TABLE)->count());
        $this->renewed('', ['by' => 'build'], null);
        self::assertSame([$before, $before], [$this->sent()['service']['password'], $this->password()]);
    }

    public function testAFailureThatGoesOnByItselfKeepsTheNewPassword(): void
    {
        ClientPage::login(1);
        $before = $this->password();
        $failed = ['ok' => false, 'code' => 'pve_no_answer', 'message' => 'x', 'retry' => true];
        // The stub answers before it can know the word: what it says of it comes with the cron.
        $this->renewed('1', $failed, ['word' => 'another', 'built' => true]);
        self::assertSame($before, $this->password());
        FormerPasswords::exchange($this->service, 'aa', 'the.new-One9');
        $this->cron(['word' => 'aa', 'built' => false]);
        self::assertSame('the.new-One9', $this->password(), 'it waits, or is being built');
        $this->cron(null);
        self::assertSame($before, $this->password(), 'it was refused after all');
        FormerPasswords::exchange($this->service, 'ab', 'never.Built-2');
        Capsule::table(FormerPasswords::TABLE)->update(['kept' => time() - 600]);
        $this->replyTo('show', ['ok' => false, 'code' => 'unknown_service', 'message' => 'x']);
        Dispatcher::cron();
        self::assertSame(0, Capsule::table(FormerPasswords::TABLE)->count(), 'it is asked no more');
        FormerPasswords::exchange($this->service, 'bb', 'the.new-One9');
        $this->cron(['word' => 'bb', 'built' => true]);
        self::assertSame(['the.new-One9', 0], [$this->password(), Capsule::table(FormerPasswords::TABLE)->count()]);
        $all = json_encode(Capsule::table(FormerPasswords::TABLE)->get(), JSON_THROW_ON_ERROR);
        self::assertStringNotContainsString($before, $all . implode("\n", $this->everythingLogged()));
    }

    public function testOneThatTakesThePlaceOfAnotherKeepsTheMachinesOwn(): void
    {
        Services::setPassword($this->service, 'of-the-Machine1');
        FormerPasswords::exchange($this->service, 'aa', 'never.Built-2');
        FormerPasswords::exchange($this->service, 'bb', 'the.new-One9');
        $this->cron(['word' => 'bb', 'built' => false]);
        self::assertSame('the.new-One9', $this->password());
        $this->cron(null);
        self::assertSame('of-the-Machine1', $this->password());
        // A machine that has got another one by itself has that.
        FormerPasswords::exchange($this->service, 'cc', 'never.Built-2');
        $this->replyTo('change_password', ['by' => 'agent']);
        Entry::perform('change_password', ParamsBuilder::service($this->service), 'admin');
        self::assertSame(0, Capsule::table(FormerPasswords::TABLE)->count());
    }
}
