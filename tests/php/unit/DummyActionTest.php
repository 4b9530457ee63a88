<?php

declare(strict_types=1);

namespace Tests\Unit;

use ReflectionProperty;
use StandIn\ClientPage;
use StandIn\ParamsBuilder;
use Tests\Support\AddonTestCase;
use Tests\Support\Shown;
use Tests\Support\StubLibrary;
use WHMCS\Module\Server\Proxmoxkvm\Client\ClientArea;
use WHMCS\Module\Server\Proxmoxkvm\Native;

/**
 * An action that only the library knows is on both pages and can be asked for there: `tests/behaviour/dummy.rs` has the
 * row that the library gets for it.
 */
final class DummyActionTest extends AddonTestCase
{
    private const TOKEN = ['token' => 'the-token'];

    private const ROW = ['name' => 'wave', 'label' => null, 'function' => null, 'group' => 'power', 'panel' => false,
        'switch' => 'client_start', 'sure' => 'asked', 'inputs' => [
            ['name' => 'at', 'kind' => 'days', 'most' => 20, 'many' => true],
        ]];

    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $_SESSION += self::TOKEN;
        $this->service = $this->whmcs->service(
            $this->whmcs->product(),
            $this->whmcs->server(),
            ['domainstatus' => 'Active']
        );
        $known = StubLibrary::catalogue();
        $known['verbs'][] = ['name' => 'wave', 'entry' => 'act', 'brings' => []];
        $known['actions'][] = self::ROW;
        $this->replyTo('catalogue', $known);
        self::asksAnew();
    }

    protected function tearDown(): void
    {
        parent::tearDown();
        self::asksAnew();
    }

    public function testThePageOfStaffDrawsItAndAsksForIt(): void
    {
        $form = '//div[@class="proxmoxkvm-action"]/form[input[@name="do"][@value="wave"]]';
        $this->show('admin', ['allowed' => false, 'why' => 'VM 104 <runs>']);
        $dom = self::dom($this->page('service', ['id' => $this->service]));
        self::assertSame('VM 104 <runs>', $dom->evaluate("string($form/button[@disabled]/../span)"));
        $this->show('admin');
        $dom = self::dom($this->page('service', ['id' => $this->service]));
        self::assertSame(1.0, $dom->evaluate("count($form/button[not(@disabled)])"));
        $this->press('service', 'action', ['do' => 'wave', 'at' => 'mon'], ['id' => $this->service]);
        [$asked] = $this->requests('wave');
        self::assertSame(['admin', 'mon'], [$asked['actor'], $asked['at']]);
    }

    public function testThePageOfTheCustomerDrawsItAndAsksForIt(): void
    {
        ClientPage::login(1);
        $this->show('client', ['allowed' => false, 'why' => 'not now']);
        self::assertSame([['wave'], ['wave' => false]], $this->drawn());
        $this->show('client');
        self::assertSame([['wave'], ['wave' => true]], $this->drawn());
        $params = ParamsBuilder::service($this->service);
        $answer = ClientArea::act('wave', $params, 'POST', self::TOKEN + ['at' => ['mon', 'tue'], 'vmid' => '7']);
        self::assertTrue($answer['ok']);
        [$asked] = $this->requests('wave');
        self::assertSame(['client', 'mon,tue'], [$asked['actor'], $asked['at']]);
        self::assertArrayNotHasKey('vmid', $asked);
        $this->replyTo('wave', ['ok' => false, 'code' => 'running', 'message' => 'VM 104 runs']);
        $answer = ClientArea::act('wave', $params, 'POST', self::TOKEN);
        self::assertFalse($answer['ok']);
        self::assertStringNotContainsString('104', $answer['message'], 'the sentence is for staff');
    }

    /** @param array<string, mixed> $offered whether it is, as the core says */
    private function show(string $actor, array $offered = []): void
    {
        $service = ['status' => 'ready', 'id' => $this->service];
        $shown = $actor === 'admin' ? Shown::admin($service) : Shown::client($service);
        $this->replyTo('show', ['actions' => [$offered + self::ROW + ['allowed' => true, 'why' => null]]] + $shown);
    }

    /** @return array{list<string>, array<string, bool>} the buttons of the head, and which may be pressed */
    private function drawn(): array
    {
        $page = ClientArea::page(ParamsBuilder::service($this->service))['templateVariables']['proxmoxkvm'];

        return [array_column($page['buttons']['bar'], 'name'), $page['view']['can']];
    }

    /** The catalogue is asked for once in a process. */
    private static function asksAnew(): void
    {
        (new ReflectionProperty(Native::class, 'catalogue'))->setValue(null, []);
    }
}
