<?php

declare(strict_types=1);

namespace Tests\Support;

/** Tests that share one whole host and one Chromium, which visits as admin and as client 1. */
abstract class BrowserTestCase extends StackTestCase
{
    protected const EVIL = '<img src=x onerror="window.pwned=1">';

    private static ?Stack $host = null;
    private static ?Simulator $pve = null;
    private static ?Chromium $visitor = null;

    protected Chromium $browser;

    public static function tearDownAfterClass(): void
    {
        self::$visitor = self::$pve = self::$host = null;
    }

    protected function setUp(): void
    {
        parent::setUp();
        if (!Chromium::exists()) {
            self::markTestSkipped('needs the Debian package chromium');
        }
        if (self::$host === null) {
            // Whatever Proxmox VE says may be meant to harm: here the name of a node is.
            $this->start(self::$host = new Stack(), ['--nodes', 'pve1,z' . self::EVIL]);
            self::$pve = $this->simulator;
            self::$visitor = new Chromium();
            self::$visitor->open(self::$host->nginx->url . '/login.php?admin=1&client=1');
        }
        [$this->stack, $this->simulator, $this->browser] = [self::$host, self::$pve, self::$visitor];
        $this->browser->dialogs = [];
    }

    protected function tearDown(): void
    {
        if (isset($this->browser)) {
            self::assertSame([], $this->browser->errors);
            $this->simulator->control('faults/clear', []);
        }
    }

    protected function visit(string $path): void
    {
        $this->browser->open(self::$host->nginx->url . $path);
        $this->assertHarmless();
    }

    /** No text on the page has become more than text, and PHP has nothing to complain of. */
    protected function assertHarmless(): void
    {
        self::assertNull($this->browser->evaluate('window.pwned'));
        self::assertSame(0, $this->browser->evaluate('document.querySelectorAll("img[src=x]").length'));
        self::assertDoesNotMatchRegularExpression('/\b(Warning|Notice|Fatal error): /', $this->browser->text());
    }

    /**
     * Pictures of the page at two widths, in the folder that ARTIFACTS names; neither is wider than its window, and
     * what the module shows to staff can be used by everybody.
     */
    protected function picture(string $name): void
    {
        $folder = getenv('ARTIFACTS') ?: dirname(__DIR__, 3) . '/target/screenshots';
        is_dir($folder) || mkdir($folder, 0755, true);
        foreach ([1400, 400] as $width) {
            $this->browser->screenshot($width, "$folder/$name-$width.png");
            self::assertSame([], $this->browser->wider($width), "$name at $width px");
            foreach (Axe::exists() ? $this->ofStaff() : [] as $part) {
                self::assertSame([], Axe::violations($this->browser, $part), "$name at $width px");
            }
        }
        $this->browser->wider(1400);
    }

    /** @return list<string> the parts of the page that are the module's own, of those that are for staff */
    private function ofStaff(): array
    {
        $isThere = fn (string $part): bool => $this->browser->evaluate("document.querySelector('$part') !== null");

        return array_values(array_filter(
            ['.proxmoxkvm-tabs', '.proxmoxkvm-tabs ~ *', '[data-module-field]'],
            $isThere
        ));
    }
}
