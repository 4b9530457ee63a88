<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\BrowserTestCase;
use WHMCS\Database\Capsule;

/** From one end to the other: a customer with a phone, and staff who mend what is stuck. */
final class WalkTest extends BrowserTestCase
{
    private const SAID = 'document.querySelector(".vm-said")';
    private const LABEL = 'document.querySelector("[data-vm=label]").innerText';

    protected function tearDown(): void
    {
        isset($this->browser) && $this->browser->resize(1400);
        parent::tearDown();
    }

    /** Ordered, set up before one's eyes, logged in, password, restart, and what came of it all. */
    public function testACustomersWalkOnAPhone(): void
    {
        $service = $this->order();
        $page = "/clientarea.php?action=productdetails&id=$service";
        $this->browser->resize(400, 800, true);
        $this->visit($page);
        self::assertSame('Ordered', $this->browser->evaluate(self::LABEL));
        $this->command($service, 'create');
        $this->visit($page);
        $phase = 'document.querySelectorAll(".vm-phases [aria-current=step]").length';
        self::assertSame(1, $this->browser->evaluate($phase));
        $this->assertFits();

        // The page looks again by itself, and nobody has to load it.
        $this->browser->evaluate('window.marker = "the same page"');
        $this->stack->cron();
        $this->browser->wait(self::LABEL . ' === "Running"');
        self::assertStringContainsString('ssh root@192.0.2.', $this->browser->text());
        $this->assertFits();
        $this->visit($page);
        $this->browser->wait(self::LABEL . ' === "Running"');

        $this->browser->click('#proxmoxkvm dd:has([data-vm="tab.ssh"]) .vm-copy');
        $this->browser->wait(self::SAID . '.innerText.includes("ssh root@192.0.2.")');
        $this->browser->click('#proxmoxkvm .vm-password [type=submit]');
        $this->browser->wait('document.querySelector(".vm-secret code").innerText.length > 7');

        // What comes of a button is seen where the finger is, and the button keeps the focus.
        $reboot = '#proxmoxkvm form:has(input[name=do][value=reboot]) [type=submit]';
        $this->browser->click($reboot);
        $this->browser->wait(self::SAID . '.parentNode.classList.contains("alert-success")');
        [$top, $bottom] = $this->browser->evaluate('(function () { var box = ' . self::SAID
            . '.getBoundingClientRect(); return [box.top, box.bottom]; }())');
        self::assertGreaterThanOrEqual(0, $top);
        self::assertLessThanOrEqual(800, $bottom);
        self::assertTrue($this->browser->evaluate("document.activeElement === document.querySelector('$reboot')"));
        $this->assertFits();

        $this->browser->follow('#proxmoxkvm .vm-tabs a[href*="vm=history"]');
        $this->assertHarmless();
        foreach (['Reboot', 'you (127.0.0.1)'] as $told) {
            self::assertStringContainsString($told, $this->browser->text());
        }
        $this->assertFits();
    }

    /** An order that is stuck is found, mended and done; then it is suspended, and paid. */
    public function testStaffFindWhatIsStuckAndMendIt(): void
    {
        $service = $this->order();
        $template = Capsule::table('tblproducts')->value('configoption2');
        Capsule::table('tblproducts')->update(['configoption2' => '9999']);
        $this->command($service, 'create');
        Capsule::table('tblproducts')->update(['configoption2' => $template]);

        $this->visit('/admin/addonmodules.php?module=proxmoxkvm');
        $this->browser->follow('.proxmoxkvm-tabs a[href*="page=attention"]');
        self::assertStringContainsString('9999', $this->browser->text(), 'why it is stuck');
        $this->browser->follow("form[action*='id=$service'] [name=act][value=retry]");
        $this->assertHarmless();
        $this->stack->cron();
        self::assertSame('ready', $this->stored($service)['status']);
        $this->visit('/admin/addonmodules.php?module=proxmoxkvm&page=attention');
        $mine = "document.querySelector(\"form[action*='id=$service']\") === null";
        self::assertTrue($this->browser->evaluate($mine), 'it needs nobody any more');

        $this->command($service, 'suspend');
        $page = "/clientarea.php?action=productdetails&id=$service";
        $this->visit($page);
        self::assertSame('Suspended', $this->browser->evaluate(self::LABEL));
        $this->command($service, 'unsuspend');
        $this->stack->cron();
        $this->visit($page);
        $this->browser->wait(self::LABEL . ' === "Running"');
    }

    private function command(int $service, string $command): void
    {
        $this->stack->session('admin=1')->post("/admin/clientsservices.php?id=$service", ['modop' => $command]);
    }

    private function assertFits(): void
    {
        $over = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
        self::assertLessThanOrEqual(0, $this->browser->evaluate($over), 'nothing is wider than the phone');
    }
}
