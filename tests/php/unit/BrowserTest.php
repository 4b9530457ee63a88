<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMDocument;
use DOMXPath;
use Tests\Support\Browser;
use Tests\Support\Shown;
use Tests\Support\StubTestCase;

/**
 * The script of the client's page, in a real browser.
 *
 * @group once
 */
final class BrowserTest extends StubTestCase
{
    private const SAID = 'string(//*[@role="status"][contains(@class, "vm-said")])';
    private const ADDRESS = 'string(//*[@data-vm-list="tab.addresses"]/li/*[@data-vm="address"])';

    private int $service;

    protected function setUp(): void
    {
        if (!Browser::exists()) {
            self::markTestSkipped('needs the Debian packages chromium and smarty4');
        }
        parent::setUp();
        $this->service = $this->whmcs->service(
            $this->whmcs->product(),
            $this->whmcs->server(),
            ['domainstatus' => 'Active']
        );
    }

    public function testThePageFollowsTheBuildByItself(): void
    {
        $this->replyTo('show', Shown::client(['status' => 'creation'], 'building', Shown::allOfClients()));
        // While the page is open, the machine becomes ready.
        $ready = json_encode(['ok' => true] + Shown::client($this->ready()), JSON_THROW_ON_ERROR);
        $browser = new Browser($this->whmcs);
        $this->replyAfter(2, 'show', $ready);
        $page = $this->open($browser, 20);

        self::assertSame('Ready', $page->evaluate('string(//*[@data-vm="label"])'));
        self::assertSame('192.0.2.10', $page->evaluate(self::ADDRESS));
        self::assertSame(0.0, $page->evaluate('count(//button[@disabled])'));
        self::assertSame(0.0, $page->evaluate('count(//*[@data-vm-list="setup.phases"])'));
    }

    /** A page that was opened before there was a service had no buttons to draw. */
    public function testAPageThatWaitedForItsServiceGetsItsButtons(): void
    {
        $this->replyTo('show', ['ok' => false, 'code' => 'unknown_service', 'message' => 'x', 'retry' => false]);
        $made = json_encode(['ok' => true] + Shown::client($this->ready()), JSON_THROW_ON_ERROR);
        $browser = new Browser($this->whmcs);
        self::assertSame(0.0, $this->open($browser, 2)->evaluate('count(//form/input[@name="do"])'));
        $this->replyAfter(count($this->requests('show')) + 3, 'show', $made);
        $page = $this->open($browser, 30);

        $names = [];
        $pressed = '//div[@class="vm-actions"]//form[not(@hidden)][button[not(@aria-disabled)]]'
            . '/input[@name="do"]/@value';
        foreach ($page->query($pressed) as $name) {
            $names[] = $name->value;
        }
        // The console is a link to a page of its own.
        $ofTabs = preg_grep(
            '/^(snapshot_|backup_|beside_|ssh_key|set_reverse_name$|console$|screenshot$|reachability$)/',
            Shown::allOfClients()
        );
        $inHead = array_diff(Shown::allOfClients(), $ofTabs ?: []);
        self::assertEqualsCanonicalizing($inHead, $names);
    }

    public function testAPressedButtonIsAnsweredOnThePage(): void
    {
        $this->shown($this->ready());
        $press = 'window.confirm = function (text) { document.body.setAttribute("data-asked", text); return true; };'
            . 'document.querySelectorAll(".vm-actions button")[1].click();';
        $page = $this->open(new Browser($this->whmcs, $press), 3);

        self::assertStringStartsWith('Shut the virtual machine down?', $page->evaluate('string(//body/@data-asked)'));
        self::assertStringContainsString('was asked to shut down', $page->evaluate(self::SAID));
        self::assertSame(['client'], array_column($this->requests('shutdown'), 'actor'));
    }

    /** The page stays: whoever starts, stops and starts again asks three times, and is not answered as by a double click. */
    public function testEachPressIsAnOperationOfItsOwn(): void
    {
        $this->shown($this->ready());
        $press = 'window.confirm = function () { return true; };'
            . 'var said = document.querySelector(".vm-said"), left = [1, 0], button = '
            . 'function (at) { document.querySelectorAll(".vm-actions button")[at].click(); };'
            . 'new MutationObserver(function () { if (said.parentNode.matches(".alert-success") && left.length) {'
            . ' setTimeout(button, 0, left.shift()); } }).observe(said, {childList: true}); button(0);';
        $this->open(new Browser($this->whmcs, $press), 4);

        $asked = [...$this->requests('start'), ...$this->requests('shutdown')];
        self::assertCount(3, $asked);
        self::assertCount(3, array_unique(array_column(array_column($asked, 'by'), 'nonce')));
    }

    public function testARefusalIsShownAsText(): void
    {
        $evil = '<img src=x onerror=alert(1)>';
        $this->shown(['addresses' => [$evil]] + $this->ready());
        $this->replyTo('start', ['ok' => false, 'code' => 'already_running', 'message' => 'x', 'retry' => false]);
        $press = 'document.querySelector(".vm-actions button").click();';
        $page = $this->open(new Browser($this->whmcs, $press), 3);

        self::assertSame('The virtual machine is running.', $page->evaluate(self::SAID));
        $class = $page->evaluate('string(//*[contains(@class, "vm-result")]/@class)');
        self::assertStringContainsString('alert-danger', $class);
        self::assertSame($evil, $page->evaluate(self::ADDRESS));
        self::assertSame(0.0, $page->evaluate('count(//img[@onerror])'));
    }

    public function testThePageFollowsTheMachineAndItsButtons(): void
    {
        $live = ['status' => 'running', 'cpu' => 0.125, 'memory' => 1 << 29, 'memory_max' => 1 << 30];
        $this->replyTo('show', Shown::client($this->ready(), refused: ['start']) + ['live' => $live]);
        $page = $this->open(new Browser($this->whmcs), 3);

        self::assertSame('Running', $page->evaluate('string(//*[@data-vm="label"])'));
        self::assertSame('on', $page->evaluate('string(//*[@id="proxmoxkvm"]/@data-tone)'));
        self::assertSame('12.5%', $page->evaluate('string(//*[@data-vm="tab.cpu"])'));
        self::assertSame('0.5 of 1 GB', $page->evaluate('string(//*[@data-vm="tab.memory"])'));
        self::assertSame(1.0, $page->evaluate('count(//*[@data-vm-if="tab.cpu"][not(@hidden)]/progress[@value=13])'));
        $disabled = '//form[@hidden]/input[@name="do"]/@value';
        self::assertSame(1.0, $page->evaluate("count($disabled)"));
        self::assertSame('start', $page->evaluate("string($disabled)"), 'it runs already');
    }

    public function testThePasswordIsShownWhereItWasAskedFor(): void
    {
        $this->shown(['username' => 'root'] + $this->ready());
        $row = '//*[@data-vm-if="tab.has_password"]';
        $page = $this->open(new Browser($this->whmcs), 3);
        self::assertStringNotContainsString('Ab3dE5gH1j', $page->document->saveHTML());
        self::assertSame('Show password', $page->evaluate("string($row//button[@type='submit'])"));
        $press = 'document.querySelector("#proxmoxkvm .vm-password [type=submit]").click();';
        $page = $this->open(new Browser($this->whmcs, $press), 3);
        self::assertSame('Ab3dE5gH1j', $page->evaluate("string($row//code)"));
        self::assertSame(1.0, $page->evaluate("count($row//form[@hidden])"));
        self::assertSame(0.0, $page->evaluate('count(//button[@disabled])'));
    }

    public function testTheGraphsAreDrawnWithTheirGaps(): void
    {
        $this->graphs();
        $points = [];
        for ($minute = 0; $minute < 60; $minute++) {
            $on = $minute < 20 || $minute >= 30;
            $points[] = ['at' => 1795350000 + 60 * $minute]
                + array_fill_keys(['cpu', 'memory', 'disk_read', 'disk_write', 'net_in', 'net_out'], $on ? 0.5 : null)
                + ['memory_max' => 1 << 30];
        }
        $this->replyTo('usage', ['points' => $points]);
        $press = 'document.querySelector("[name=timeframe][value=hour]").click();';
        $page = $this->open(new Browser($this->whmcs, $press), 3, '&vm=graphs');

        self::assertSame(4.0, $page->evaluate('count(//*[local-name()="svg"][@role="img"])'));
        $line = $page->evaluate('string(//*[@data-field="cpu"]/@d)');
        self::assertSame(2, substr_count($line, 'M'), 'a gap parts the line');
        self::assertSame(58 - 10, substr_count($line, 'L'));
        self::assertStringNotContainsString('NaN', $page->document->saveHTML());
        $label = $page->evaluate('string((//*[local-name()="svg"])[1]/@aria-label)');
        self::assertSame('CPU; in use: latest 50%, highest 50%', $label);
        $texts = [];
        foreach ($page->query('(//*[local-name()="svg"])[2]/*[local-name()="text"]') as $text) {
            $texts[] = $text->textContent;
        }
        self::assertContains('1 GB', $texts, 'the axis has its unit');
        self::assertContains('highest: 0 GB', $texts, 'the line of the highest value; the size is none');
        $pressed = $page->evaluate('string(//*[@name="timeframe"][@aria-pressed="true"]/@value)');
        self::assertSame('hour', $pressed);
        self::assertSame('hour', $page->evaluate('string(//*[@name="csv"]/@value)'));
        self::assertSame(['day', 'hour'], array_column($this->requests('usage'), 'timeframe'));
    }

    public function testGraphsThatCannotBeHadSaySo(): void
    {
        $this->graphs();
        $this->replyTo('usage', ['ok' => false, 'code' => 'unreachable', 'message' => '<b>pve1</b>', 'retry' => true]);
        $page = $this->open(new Browser($this->whmcs), 3, '&vm=graphs');
        $said = $page->evaluate('string(//*[@class="vm-undrawn"])');
        self::assertSame('The graphs cannot be shown at this moment.', $said);
        self::assertStringNotContainsString('pve1', $page->document->saveHTML());

        $this->replyTo('usage', ['points' => []]);
        $page = $this->open(new Browser($this->whmcs), 3, '&vm=graphs');
        self::assertSame('Nothing was measured in this time.', $page->evaluate('string(//*[@class="vm-undrawn"])'));
    }

    /** The product lets its customers see graphs. */
    private function graphs(): void
    {
        $this->replyTo('show', Shown::client($this->ready()) + ['permissions' => ['graphs' => true]]);
    }

    /** @return array<string, mixed> */
    private function ready(): array
    {
        return ['id' => $this->service, 'status' => 'ready', 'addresses' => ['192.0.2.10'], 'username' => 'root'];
    }

    /** @param array<string, mixed> $service */
    private function shown(array $service): void
    {
        $this->replyTo('show', Shown::client($service));
    }

    /** From the given request on, the core answers something else. */
    private function replyAfter(int $requests, string $verb, string $json): void
    {
        file_put_contents("{$this->whmcs->directory}/$verb.reply.$requests", $json);
    }

    private function open(Browser $browser, int $seconds, string $more = ''): DOMXPath
    {
        $document = new DOMDocument();
        self::assertTrue($document->loadHTML($browser->page($this->service, $seconds, $more), LIBXML_NOERROR));

        return new DOMXPath($document);
    }
}
