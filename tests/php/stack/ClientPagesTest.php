<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\BrowserTestCase;
use WHMCS\Database\Capsule;

/** A client looks at the page of a service while it is built, used, suspended and gone. */
final class ClientPagesTest extends BrowserTestCase
{
    private int $service;

    public function testTheWholePageLivesWithoutBeingLoadedAgain(): void
    {
        $this->service = $this->order();
        $this->open();
        self::assertSame('Ordered', $this->part('label'));
        $this->picture('client-waiting');
        self::assertSame('success', $this->command('create'));
        $this->open();
        self::assertTrue($this->isShown('#proxmoxkvm .vm-phases [aria-current=step]'));
        self::assertFalse($this->isShown('#proxmoxkvm button'));
        $this->picture('client-building');

        // The page looks again by itself.
        $this->stack->cron();
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Running"');
        $this->browser->evaluate('window.marker = "the same page"');
        self::assertFalse($this->isShown('.vm-phases'));
        self::assertStringContainsString('192.0.2.', $this->part('address'));
        $this->picture('client-ready');

        $this->press('stop', null);
        self::assertSame('stopped', $this->machine($this->service, 'status/current')['status']);
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Off"');
        $this->picture('client-off');
        $this->open('&theme=six');
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Off"');
        $this->picture('client-off-six');
        $this->open();
        $this->browser->evaluate('window.marker = "the same page"');
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Off"');
        $this->press('start', null);
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
        $started = $this->tasks('qmreboot|qmstart|qmreset');
        $this->press('reboot', 'reboot');
        self::assertGreaterThan($started, $this->tasks('qmreboot|qmstart|qmreset'));
        // The task is the shutdown; Proxmox VE starts the guest again behind it.
        $end = microtime(true) + 30;
        while ($this->machine($this->service, 'status/current')['status'] !== 'running' && microtime(true) < $end) {
            usleep(50000);
        }
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
        // Each press is an operation of its own, also the second one of a button.
        $this->press('stop', null);
        self::assertSame('stopped', $this->machine($this->service, 'status/current')['status']);
        $this->press('start', null);
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
        self::assertSame('the same page', $this->browser->evaluate('window.marker'));
        $this->picture('client-pressed');

        $show = '#proxmoxkvm .vm-password [type=submit]';
        $this->browser->click($show);
        $this->browser->wait('document.querySelector(".vm-secret code").innerText !== ""');
        $password = $this->secret();
        self::assertGreaterThan(7, strlen($password));
        $this->picture('client-password');
        $this->browser->click('.vm-password summary');
        $this->browser->type('.vm-password [name=newpw]', 'Neu5Wort7x');
        $this->browser->type('.vm-password [name=confirmpw]', 'Neu5Wort7x');
        $this->browser->follow('.vm-password .vm-menu [type=submit]');
        self::assertStringContainsString('Password Changed', $this->browser->text());
        $password = 'Neu5Wort7x';
        $this->open('&theme=six');
        $this->picture('client-ready-six');
        // Without the script WHMCS answers the form with the page.
        $this->browser->evaluate('document.getElementById("proxmoxkvm")'
            . '.replaceWith(document.getElementById("proxmoxkvm").cloneNode(true))');
        $this->browser->follow($show);
        self::assertSame($password, $this->secret());
        $this->open();
        $page = (string) $this->browser->evaluate('document.documentElement.outerHTML');
        self::assertStringNotContainsString($password, $page);
        $this->command('suspend');
        $this->open();
        self::assertSame('Suspended', $this->part('label'));
        $this->picture('client-suspended');
        $this->command('terminate');
        $this->open();
        $this->picture('client-gone');
    }

    public function testALostSessionIsSaid(): void
    {
        $this->service = $this->order();
        $this->command('create');
        $this->stack->cron();
        $this->open();
        // What the first look brings moves the buttons.
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Running"');
        // Logged out in another tab: whatever is pressed, nothing happens and the page says so.
        $this->browser->evaluate('document.getElementById("proxmoxkvm").setAttribute("data-token", "old")');
        // On a phone the button may be a screen and more below what comes of it.
        $this->browser->evaluate('document.querySelector(".vm-actions").style.marginTop = "2000px"');
        $this->browser->click('#proxmoxkvm form input[name=do][value=shutdown] ~ button');
        $this->browser->wait('document.querySelector(".vm-result.alert-danger") !== null');
        self::assertStringContainsString('reload it', $this->said());
        $place = 'document.querySelector(".vm-said").getBoundingClientRect()';
        self::assertTrue($this->browser->evaluate("$place.top >= 0 && $place.bottom <= window.innerHeight"));
        $this->browser->evaluate('document.querySelector(".vm-actions").style.marginTop = ""');
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
        $this->picture('client-old-token');
        $this->command('terminate');
    }

    /** Whatever Proxmox VE says is text, wherever it is shown. */
    public function testTextsOfProxmoxVeAreOnlyTexts(): void
    {
        $this->service = $this->order();
        $page = "/admin/clientsservices.php?id=$this->service";
        $evil = ['kind' => 'status', 'status' => 500, 'reason' => self::EVIL, 'times' => 1000];
        $this->simulator->control('fault', $evil);
        $this->visit($page);
        $this->browser->follow('#commands button[value=create]');
        $this->assertHarmless();
        self::assertStringContainsString(self::EVIL, $this->browser->text());
        $this->picture('evil-refused');
        $this->open();

        $this->simulator->control('faults/clear', []);
        $this->simulator->control('fault', ['kind' => 'task_error', 'text' => self::EVIL, 'path' => 'clone']);
        $this->command('create');
        // An answer that is not tried again at once.
        $this->simulator->control('fault', ['path' => 'config', 'method' => 'POST', 'status' => 400] + $evil);
        $this->simulator->control('fault', ['path' => 'config', 'method' => 'PUT', 'status' => 400] + $evil);
        self::assertStringContainsString(self::EVIL, $this->stack->cron());
        $this->visit($page);
        self::assertStringContainsString(self::EVIL, $this->browser->text());
        $this->picture('evil-error');
        $this->open();
        $this->simulator->control('faults/clear', []);
        self::assertSame('success', $this->command('create'));
        $this->stack->cron();

        $vmid = $this->stored($this->service)['vmid'];
        $this->simulator->control('config', ['vmid' => $vmid, 'key' => 'name', 'value' => self::EVIL]);
        $this->simulator->control('lock', ['vmid' => $vmid, 'lock' => self::EVIL]);
        $this->visit($page);
        self::assertStringContainsString(self::EVIL, $this->browser->text());
        $this->browser->follow('#commands button[data-suffix=Stop]');
        $this->assertHarmless();
        self::assertStringContainsString(self::EVIL, $this->browser->text());
        $this->picture('evil-lock');
        $this->open();
        $this->browser->click('#proxmoxkvm form input[name=do][value=shutdown] ~ button');
        $this->browser->wait('document.querySelector(".vm-said").innerText !== ""');
        $this->assertHarmless();
        self::assertStringNotContainsString('onerror', $this->browser->text());
        $template = $this->simulator->about['template'];
        $this->simulator->control('config', ['vmid' => $template, 'key' => 'name', 'value' => self::EVIL]);
        $this->visit('/admin/configproducts.php?id=1&simple=1');
        $this->visit('/admin/configservers.php?id=1');
        $this->browser->click('#test');
        $this->browser->wait('document.getElementById("tested").innerText !== ""');
        $this->assertHarmless();
        $this->visit('/admin/addonmodules.php?module=proxmoxkvm');
        $this->simulator->control('lock', ['vmid' => $vmid, 'lock' => null]);
        $this->command('terminate');
    }

    private function open(string $more = ''): void
    {
        $this->visit("/clientarea.php?action=productdetails&id=$this->service$more");
    }

    private function press(string $action, ?string $question): void
    {
        $this->browser->dialogs = [];
        $this->browser->evaluate('document.querySelector(".vm-said").textContent = ""');
        $this->browser->wait("document.querySelector('[data-vm-can=$action]:not([hidden])') !== null");
        // What may lose something is below the three dots, and is ticked first.
        $this->browser->evaluate('document.querySelector(".vm-more").open = true');
        $this->browser->evaluate("document.querySelectorAll('form input[name=do][value=$action] ~ label [name=sure]')"
            . '.forEach((tick) => { tick.checked = true; })');
        $this->browser->click("#proxmoxkvm form input[name=do][value=$action] ~ button");
        $this->browser->wait('document.querySelector(".vm-result.alert-success .vm-said") !== null'
            . ' && document.querySelector(".vm-said").innerText !== ""'
            . ' && document.querySelector("#proxmoxkvm [aria-busy]") === null');
        self::assertCount($question === null ? 0 : 1, $this->browser->dialogs);
        self::assertStringContainsStringIgnoringCase((string) $question, $this->browser->dialogs[0] ?? '');
    }

    private function command(string $command): string
    {
        $admin = $this->stack->session('admin=1');
        $page = $admin->post("/admin/clientsservices.php?id=$this->service", ['modop' => $command]);

        return str_contains($page, 'Module Command Success') ? 'success' : $page;
    }

    private function part(string $name): string
    {
        return (string) $this->browser->evaluate("document.querySelector('[data-vm=$name]').innerText");
    }

    private function said(): string
    {
        return (string) $this->browser->evaluate('document.querySelector(".vm-said").innerText');
    }

    private function secret(): string
    {
        return (string) $this->browser->evaluate('document.querySelector(".vm-secret code").innerText');
    }

    private function isShown(string $selector): bool
    {
        $shown = "Array.from(document.querySelectorAll('$selector')).some(function (e) { return e.offsetHeight > 0; })";

        return $this->browser->evaluate($shown);
    }

    /** How many tasks of these kinds Proxmox VE has run. */
    private function tasks(string $kinds): int
    {
        return count(preg_grep("/:($kinds):/", array_column($this->simulator->control('tasks'), 'upid')));
    }
}
