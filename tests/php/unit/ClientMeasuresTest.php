<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\Axe;
use Tests\Support\ClientBrowserTestCase;

/**
 * The client's page measured in a browser, in the themes' markup: places, sizes, contrast, and who can use it.
 *
 * @group once
 */
final class ClientMeasuresTest extends ClientBrowserTestCase
{
    private const THEMES = ['nexus', 'twenty-one', 'six'];
    private const WIDTHS = [320, 400, 600, 768, 1024, 1400, 1920];
    private const ASSETS = __DIR__ . '/../../../php/modules/servers/proxmoxkvm/assets';
    private const MOST_BYTES = 60_000;

    /** A button that can be pressed, or a link: what a finger has to hit. */
    private const TARGETS = '#proxmoxkvm :is(button, summary, input:not([type=hidden]), a.btn, .nav-tabs a)';

    /** @dataProvider themes */
    public function testThePowerButtonsAreSeenAtOnce(string $theme): void
    {
        $this->state('running');
        foreach ([1400 => 300, 400 => 520] as $width => $most) {
            $this->open($theme);
            $this->browser->resize($width, 800, $width === 400);
            $top = $this->browser->evaluate('document.querySelector(".vm-actions form:not([hidden]) button")'
                . '.getBoundingClientRect().top + scrollY');
            self::assertLessThanOrEqual($most, $top, "$theme, $width px wide");
        }
    }

    /** Is it on, how do I log in, restart, what does it use, until when is it paid: on the first screen of a computer. */
    public function testTheFirstFiveQuestionsAreAnsweredWithoutScrolling(): void
    {
        $this->state('running');
        foreach (self::THEMES as $theme) {
            $this->open($theme);
            $this->browser->resize(1400, 900);
            $bottom = 'Math.max.apply(null, ["[data-vm=label]", "[data-vm=\'tab.ssh\']", ".vm-actions",'
                . ' ".vm-resources progress", "#paid"].map(function (one) {'
                . ' return document.querySelector(one).getBoundingClientRect().bottom; }))';
            $this->browser->evaluate('Array.from(document.querySelectorAll(".vm-bill dt")).forEach(function (one) {'
                . ' if (one.innerText === "Next Due Date") { one.parentNode.id = "paid"; } })');
            self::assertLessThanOrEqual(900, $this->browser->evaluate($bottom), $theme);
        }
    }

    /** @dataProvider themes */
    public function testNobodyIsKeptFromUsingIt(string $theme): void
    {
        if (!Axe::exists()) {
            self::markTestSkipped('needs axe, which tests/setup/install.sh brings');
        }
        foreach ([$theme, "$theme dark"] as $look) {
            foreach (array_keys(self::states()) as $state) {
                $this->state($state);
                $this->open($look, self::states()[$state]['tab'] ?? '');
                $this->unfold();
                self::assertSame([], Axe::violations($this->browser, '#proxmoxkvm'), "$look, $state");
                $nameless = 'document.querySelectorAll("#proxmoxkvm progress:not([aria-label])").length';
                self::assertSame(0, $this->browser->evaluate($nameless), "$state: axe knows no native progress bar");
            }
        }
    }

    /** @dataProvider themes */
    public function testNothingIsWiderThanTheWindow(string $theme): void
    {
        foreach (array_keys(self::states()) as $state) {
            $this->state($state, str_repeat('very-long-name-', 4) . '.customers.example.net');
            foreach ([$theme, "$theme rtl"] as $look) {
                $this->open($look, self::states()[$state]['tab'] ?? '');
                $this->unfold();
                foreach (self::WIDTHS as $width) {
                    self::assertSame([], $this->browser->wider($width), "$look, $state, $width px");
                }
            }
        }
    }

    /** @dataProvider themes */
    public function testAFingerHitsWhatItMeans(string $theme): void
    {
        $this->browser->resize(400, 800, true);
        foreach (['running', 'network', 'graphs', 'snapshots', 'firewall', 'media', 'suspended'] as $state) {
            $this->state($state);
            $this->open($theme, self::states()[$state]['tab'] ?? '');
            $this->unfold();
            $small = $this->browser->evaluate('Array.from(document.querySelectorAll(' . json_encode(self::TARGETS)
                . ')).filter(function (one) {'
                // a tick is hit by its whole label
                . ' var hit = ["checkbox", "radio"].includes(one.type) ? one.closest("label") || one : one;'
                . ' var box = hit.getBoundingClientRect();'
                . ' return box.width > 0 && (box.width < 44 || box.height < 44); })'
                . '.map(function (one) { return one.outerHTML; })');
            self::assertSame([], $small, $state);
        }
        $this->browser->resize(1400);
    }

    /** What is asked before something is lost is below three dots. */
    private function unfold(): void
    {
        $this->browser->evaluate('document.querySelectorAll("details").forEach(function (one) { one.open = true; })');
    }

    public function testOnPaperIsWhatIsReadAndNothingToPress(): void
    {
        $this->state('running');
        $this->open('six');
        $seen = 'Array.from(document.querySelectorAll("#proxmoxkvm :is(button, summary, nav)"))'
            . '.filter(function (one) { return one.offsetHeight > 0; }).length';
        self::assertGreaterThan(5, $this->browser->evaluate($seen));
        $this->browser->media('print');
        self::assertSame(0, $this->browser->evaluate($seen));
        self::assertStringContainsString('ssh root@192.0.2.10', $this->browser->text());
        self::assertStringContainsString('29/12/2026', $this->browser->text());
        $this->browser->media('');
    }

    public function testThePageIsLight(): void
    {
        $bytes = 0;
        // The admin's style and the console's page are loaded elsewhere.
        $others = '#/(admin|console|novnc|xterm)[^/]*$#';
        foreach (preg_grep($others, glob(self::ASSETS . '/*') ?: [], PREG_GREP_INVERT) as $file) {
            $bytes += strlen((string) gzencode((string) file_get_contents($file)));
        }
        self::assertLessThanOrEqual(self::MOST_BYTES, $bytes);
    }

    /** @return iterable<string, array{string}> */
    public function themes(): iterable
    {
        foreach (self::THEMES as $theme) {
            yield $theme => [$theme];
        }
    }
}
