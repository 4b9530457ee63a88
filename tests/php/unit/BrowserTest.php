<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMDocument;
use DOMXPath;
use Tests\Support\Browser;
use Tests\Support\StubTestCase;

/** The script of the client's page, in a real browser. */
final class BrowserTest extends StubTestCase
{
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
        $this->replyTo('steps', ['steps' => [['name' => 'set_ip', 'from' => 'creation']]]);
    }

    public function testThePageFollowsTheBuildByItself(): void
    {
        $this->shown(['status' => 'creation']);
        // While the page is open, the machine becomes ready.
        $ready = json_encode(['ok' => true, 'service' => $this->ready()], JSON_THROW_ON_ERROR);
        $browser = new Browser($this->whmcs, $this->watch());
        $this->replyAfter(2, 'show', $ready);
        $page = $this->open($browser, 20);

        self::assertSame('Being set up, then Ready', $page->evaluate('string(//body/@data-seen)'));
        self::assertSame('192.0.2.10', $page->evaluate('string(//*[@data-vm="addresses"]/div)'));
        self::assertSame(0.0, $page->evaluate('count(//button[@disabled])'));
        self::assertStringContainsString('display: none', $page->evaluate('string(//*[@data-vm="progress"]/@style)'));
        self::assertStringContainsString('badge-success', $page->evaluate('string(//*[@data-vm="label"]/@class)'));
    }

    public function testAPressedButtonIsAnsweredOnThePage(): void
    {
        $this->shown($this->ready());
        $press = 'window.confirm = function (text) { document.body.setAttribute("data-asked", text); return true; };'
            . 'document.querySelectorAll("#proxmoxkvm button")[1].click();';
        $page = $this->open(new Browser($this->whmcs, $press), 3);

        self::assertStringStartsWith('Switch the virtual machine off?', $page->evaluate('string(//body/@data-asked)'));
        self::assertSame('The virtual machine was stopped.', $page->evaluate('string(//*[@data-vm="message"])'));
        self::assertSame(['client'], array_column($this->requests('stop'), 'actor'));
    }

    public function testARefusalIsShownAsText(): void
    {
        $evil = '<img src=x onerror=alert(1)>';
        $this->shown(['addresses' => [$evil]] + $this->ready());
        $this->replyTo('start', ['ok' => false, 'code' => 'already_running', 'message' => 'x', 'retry' => false]);
        $press = 'document.querySelector("#proxmoxkvm button").click();';
        $page = $this->open(new Browser($this->whmcs, $press), 3);

        self::assertSame('The virtual machine is running.', $page->evaluate('string(//*[@data-vm="message"])'));
        self::assertStringContainsString('alert-danger', $page->evaluate('string(//*[@data-vm="message"]/@class)'));
        self::assertSame($evil, $page->evaluate('string(//*[@data-vm="addresses"]/div)'));
        self::assertSame(0.0, $page->evaluate('count(//img)'));
    }

    /** Notes each text of the status label. */
    private function watch(): string
    {
        return 'var label = document.querySelector("[data-vm=label]"), seen = [label.textContent];'
            . 'new MutationObserver(function () { if (seen.indexOf(label.textContent) < 0) {'
            . ' seen.push(label.textContent); } document.body.setAttribute("data-seen", seen.join(", then ")); })'
            . '.observe(label, {childList: true, characterData: true, subtree: true});';
    }

    /** @return array<string, mixed> */
    private function ready(): array
    {
        return ['id' => $this->service, 'status' => 'ready', 'addresses' => ['192.0.2.10'], 'username' => 'root'];
    }

    /** @param array<string, mixed> $service */
    private function shown(array $service): void
    {
        $this->replyTo('show', ['service' => $service]);
    }

    /** From the given request on, the core answers something else. */
    private function replyAfter(int $requests, string $verb, string $json): void
    {
        file_put_contents("{$this->whmcs->directory}/$verb.reply.$requests", $json);
    }

    private function open(Browser $browser, int $seconds): DOMXPath
    {
        $document = new DOMDocument();
        self::assertTrue($document->loadHTML($browser->page($this->service, $seconds), LIBXML_NOERROR));

        return new DOMXPath($document);
    }
}
