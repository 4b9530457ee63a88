<?php

declare(strict_types=1);

namespace Tests\Stack;

use PDO;
use Tests\Support\BrowserTestCase;

/**
 * What customers do about reaching, booting and restoring a machine, in a browser: rules of the firewall, CDs, rescue
 * mode and backups.
 */
final class SelfServiceTest extends BrowserTestCase
{
    private const RULES = '.vm-rules > li';
    private const NEW = '.vm-fold:has(> .vm-new)';
    private const TEMPLATES = '.vm-fold:has([name=template])';
    private const MORE = "client_firewall = on\nclient_iso = on\niso_storage = local\niso_show = rescue-*.iso\n"
        . "rescue_iso = local:iso/rescue-12.iso\nrescue_seed = local\nbackups = 1\nclient_console = on";

    private const MAKE = '[data-vm-can=backup_make]';
    private const BACKUP = '[data-vm-list="tab.rows"] > li';
    private const RESTORE = self::BACKUP . ' details:has([value=backup_restore])';
    private const BESIDE = "[data-vm-if='tab.beside']";

    private int $service;

    public function testRulesAreWrittenByMouseTouchAndKeyboardAndTakenBackUnlessKept(): void
    {
        $this->begin('firewall');
        // By mouse.
        $this->browser->click(self::NEW . ' > summary');
        $this->browser->evaluate('document.querySelector(".vm-new [name=proto]").value = "tcp"');
        $this->browser->type('.vm-new [name=ports]', '80 443');
        $this->browser->type('.vm-new [name=comment]', self::EVIL);
        $this->press('.vm-new [type=submit]', 'success');
        $this->assertHarmless();
        self::assertSame(['ACCEPT 80,443'], $this->rules());
        self::assertSame('', $this->browser->evaluate('document.querySelector(".vm-new [name=ports]").value'));
        self::assertFalse($this->waits(), 'what only opens waits for nobody');
        // By keyboard: a service, and everything else as it stands there.
        $this->browser->evaluate('document.querySelector(".vm-new [name=macro]").focus()');
        $this->browser->key('h');
        $this->tabTo('BUTTON');
        $this->pressKey('Enter');
        self::assertSame(['ACCEPT 80,443', 'ACCEPT HTTP'], $this->rules());
        $this->picture('client-firewall');

        // By touch, on a phone: moved, it keeps the focus, and what waits is seen from wherever somebody has pressed.
        $this->browser->resize(400, 800, true);
        $this->press($this->of(2, 'up'), 'success', true);
        self::assertSame(['ACCEPT HTTP', 'ACCEPT 80,443'], $this->rules());
        self::assertTrue($this->waits());
        self::assertStringContainsString('taken back in', $this->said());
        $place = 'document.querySelector(".vm-wait").getBoundingClientRect()';
        self::assertTrue($this->browser->evaluate("$place.top >= 0 && $place.bottom <= window.innerHeight"));
        $this->picture('client-firewall-waits');
        $this->browser->resize(400, 800, true);
        $this->press('.vm-wait [data-vm-can=firewall_confirm] button', 'danger', true);
        self::assertStringContainsString('not in force yet', $this->said());
        $this->passes(20);
        $this->press('.vm-wait [data-vm-can=firewall_confirm] button', 'success', true);
        self::assertFalse($this->waits());
        $this->browser->resize(1400);

        // Edited, and not kept: the page takes it back by itself.
        $this->browser->click(self::RULES . ':nth-of-type(2) .vm-fold > summary');
        $this->browser->evaluate("document.querySelector('{$this->edit(2)} [name=ports]').value = '22'");
        $this->press($this->edit(2) . ' [type=submit]', 'success');
        self::assertSame(['ACCEPT HTTP', 'ACCEPT 22'], $this->rules());
        $this->passes(100);
        $this->browser->evaluate('document.dispatchEvent(new Event("visibilitychange"))');
        $this->browser->wait('document.querySelector(".vm-wait").hidden');
        self::assertSame(['ACCEPT HTTP', 'ACCEPT 80,443'], $this->rules());
        $port = "document.querySelector('{$this->edit(2)} [name=ports]').value";
        self::assertSame('80,443', $this->browser->evaluate($port), 'the page shows what is there');

        // Somebody else was faster: it is said, shown, and nothing is overwritten.
        $this->another(['proto' => 'udp', 'ports' => '53']);
        $this->browser->evaluate("document.querySelector('{$this->edit(2)} [name=ports]').value = '8080'");
        $this->press($this->of(1, 'delete'), 'danger');
        self::assertStringContainsString('in the meantime', $this->said());
        $this->browser->wait('document.querySelectorAll("' . self::RULES . '").length === 3');
        self::assertSame(['ACCEPT HTTP', 'ACCEPT 80,443', 'ACCEPT 53'], $this->rules());
        // What was typed about the list from before is typed about a rule that may be another one now.
        $this->press($this->edit(2) . ' [type=submit]', 'danger');
        self::assertSame(['ACCEPT HTTP', 'ACCEPT 80,443', 'ACCEPT 53'], $this->rules());
        // Deleted by keyboard, and taken back by the button.
        $this->focus($this->of(1, 'delete'));
        $this->pressKey('Enter');
        self::assertSame(['ACCEPT 80,443', 'ACCEPT 53'], $this->rules());
        $this->press('.vm-wait [data-vm-can=firewall_back] button', 'success');
        self::assertCount(3, $this->rules());

        // A template, by keyboard; kept without the script.
        $this->focus(self::TEMPLATES . ' > summary');
        $this->browser->key('Enter');
        $this->focus('[name=template][value=web]');
        $this->browser->key(' ');
        $this->focus(self::TEMPLATES . ' [name=sure]');
        $this->browser->key(' ');
        $this->tabTo('BUTTON');
        $this->pressKey('Enter');
        self::assertSame(['ACCEPT HTTP', 'ACCEPT HTTPS', 'ACCEPT SSH', 'ACCEPT Ping'], $this->rules());
        $this->withoutScript();
        $this->passes(20);
        $this->browser->follow('.vm-wait [data-vm-can=firewall_confirm] button');
        self::assertStringContainsString('The change is kept', $this->said());
        self::assertFalse($this->waits());
        $this->withoutScript();
        $this->browser->follow($this->of(4, 'delete'));
        self::assertSame(['ACCEPT HTTP', 'ACCEPT HTTPS', 'ACCEPT SSH'], $this->rules());
        self::assertTrue($this->waits());
        $this->passes(100);
        $this->stack->cron();
        self::assertCount(4, $this->rules(), 'nobody looked, and it was taken back');
    }

    public function testACdIsInsertedAndBootedFromAndARescueSystemStartedAndLeft(): void
    {
        foreach (['rescue-12.iso', 'rescue-13.iso', 'private.iso'] as $file) {
            $this->simulator->control('iso', ['node' => 'pve1', 'storage' => 'local', 'file' => $file]);
        }
        $this->begin('media');
        $cds = '[data-vm-list="tab.rows"] > li';
        self::assertSame(2, $this->browser->evaluate("document.querySelectorAll('$cds').length"));
        $this->press("$cds:nth-of-type(2) [data-vm-can=iso_insert] button", 'success');
        $this->browser->wait('document.querySelector("[data-vm=\'tab.inserted\']").innerText === "rescue-13.iso"');
        self::assertStringStartsWith('local:iso/rescue-13.iso', $this->machine($this->service)['sata5']);
        $this->focus("$cds:nth-of-type(1) [data-vm-can=iso_boot] button");
        $this->pressKey('Enter');
        $this->browser->wait('!document.querySelector("[data-vm-if=\'tab.is_once\']").hidden');
        self::assertStringStartsWith('order=sata5;', $this->machine($this->service)['boot']);
        $this->picture('client-media');
        $this->browser->resize(400, 800, true);
        $this->press('[data-vm-can=iso_eject] button', 'success', true);
        $this->browser->wait('document.querySelector("[data-vm-if=\'tab.inserted\']").hidden');
        $ejected = $this->machine($this->service);
        self::assertSame(['none,media=cdrom', 'order=scsi0;sata5'], [$ejected['sata5'], $ejected['boot']]);
        $this->browser->resize(1400);

        $this->focus('[data-vm-can=rescue_start] [name=sure]');
        $this->browser->key(' ');
        $this->press('[data-vm-can=rescue_start] [type=submit]', 'success');
        self::assertSame(1, preg_match('/password of root: ([a-z0-9]{16})/', $this->said(), $told));
        $this->picture('client-rescue');
        $this->stack->cron();
        $this->open('media');
        self::assertStringNotContainsString($told[1], (string) $this->browser->evaluate(
            'document.documentElement.outerHTML'
        ), 'it is shown once');
        $this->browser->wait('document.querySelector(".vm-hint").innerText.startsWith("Rescue mode since")');
        self::assertStringStartsWith('local:iso/rescue-12.iso', $this->machine($this->service)['sata5']);
        self::assertStringNotContainsString('pk-seed', $this->browser->text());
        $this->picture('client-rescued');
        $this->withoutScript();
        $this->browser->follow('[data-vm-can=rescue_leave] button');
        $this->stack->cron();
        $this->open('media');
        self::assertTrue($this->browser->evaluate('document.querySelector(".vm-hint").hidden'));
        self::assertSame($ejected['boot'], $this->machine($this->service)['boot']);
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
    }

    public function testABackupIsMadeRestoredBesideLookedAtSwappedInAndRestoredOver(): void
    {
        $this->begin('backups');
        $shut = $this->stored($this->service)['vmid'];
        // Without space nothing is begun, and the reason is said.
        $this->simulator->control('fill', ['storage' => 'local', 'left' => 1 << 20]);
        $this->press(self::MAKE . ' button', 'danger');
        self::assertStringContainsString('not enough space', $this->said());
        $this->simulator->control('fill', ['storage' => 'local', 'left' => 200 << 30]);
        // By keyboard, and followed on another page: the button waits for its answer meanwhile.
        $this->simulator->control('pace', ['backup_seconds' => 250]);
        $this->focus(self::MAKE . ' [name=note]');
        foreach (str_split('before') as $letter) {
            $this->browser->key($letter);
        }
        $this->browser->key('Enter');
        $this->browser->wait('document.activeElement.getAttribute("aria-busy") === "true"');
        $this->open('backups');
        $label = 'document.querySelector("[data-vm=label]").innerText';
        $this->browser->evaluate('window.looks = setInterval(function () {'
            . ' document.dispatchEvent(new Event("visibilitychange")); }, 200)');
        $this->browser->wait("/^Making a backup [1-9]\\d?%$/.test($label)");
        $this->browser->evaluate('clearInterval(window.looks)');
        self::assertSame('', $this->read('.vm-hint'), 'no settings are applied');
        $this->picture('client-backup-made');
        $this->stack->cron();
        $this->open('backups');
        $this->browser->wait("$label === 'Running'");
        self::assertSame('1 of 1', $this->read('[data-vm="tab.count"]'));
        self::assertSame('before', $this->read(self::BACKUP . ' [data-vm=title]'));
        $this->press(self::MAKE . ' button', 'danger');
        self::assertStringContainsString('delete one first', $this->said());

        // Beside it, which is offered first: the own machine runs on.
        $this->focus(self::RESTORE . ' > summary');
        $this->browser->key('Enter');
        $this->tabTo('BUTTON');
        $this->pressKey('Enter');
        self::assertStringContainsString('beside your virtual machine', $this->said());
        $this->stack->cron();
        $this->open('backups');
        $this->browser->wait('document.querySelector("[data-vm=\'tab.beside\']").innerText.includes("no network")');
        self::assertSame('running', $this->machine($this->service, 'status/current')['status']);
        self::assertSame($shut, $this->stored($this->service)['vmid']);
        $this->picture('client-beside');
        // Started, and looked at through its own console.
        $this->focus(self::BESIDE . ' [data-vm-can=beside_start] button');
        $this->pressKey('Enter');
        $this->browser->wait('!document.querySelector("' . self::BESIDE . ' a").closest("p").hidden');
        $console = $this->browser->evaluate('document.querySelector("' . self::BESIDE . ' a").href');
        $this->browser->open($console);
        $this->browser->wait('document.getElementById("said").innerText === "Connected."');
        // Swapped in, on a phone.
        $this->browser->resize(400, 800, true);
        $this->open('backups');
        $swap = self::BESIDE . ' details:has([value=beside_swap])';
        $this->browser->tap("$swap > summary");
        $this->browser->tap("$swap [name=sure]");
        $this->press("$swap [type=submit]", 'success', true);
        $this->stack->cron();
        $this->open('backups');
        $this->browser->wait('document.querySelector("[data-vm=\'tab.beside\']").innerText.includes("the last swap")');
        $this->browser->wait("$label === 'Running'");
        self::assertNotSame($shut, $this->stored($this->service)['vmid']);
        $former = $this->simulator->pve()->get("/nodes/pve1/qemu/$shut/status/current");
        self::assertSame('stopped', $former['status']);
        $this->browser->resize(1400);

        // Over it, minutes later: nothing is done without its name.
        $this->store()->exec('DELETE FROM presses');
        $this->open('backups');
        $this->browser->wait('document.querySelector("[data-vm-can=backup_make] [aria-disabled]") === null');
        $this->focus(self::RESTORE . ' > summary');
        $this->browser->key('Enter');
        $over = self::RESTORE . ' form:has([name=typed])';
        $this->browser->type("$over [name=typed]", 'another');
        $this->press("$over [type=submit]", 'danger');
        self::assertStringContainsString('name', $this->said());
        $snapshot = ['vmid' => $this->stored($this->service)['vmid'], 'name' => 'since'];
        $this->simulator->control('snapshot', $snapshot);
        $this->browser->evaluate("document.querySelector('$over [name=typed]').value = ''");
        $this->browser->type("$over [name=typed]", $this->stored($this->service)['name']);
        $this->pressKey('Enter');
        $this->stack->cron();
        $this->open('backups');
        $this->browser->wait("$label === 'Running'");
        self::assertSame(['current'], array_column($this->machine($this->service, 'snapshot'), 'name'));
        self::assertSame('1 of 1', $this->read('[data-vm="tab.count"]'));
    }

    /** A machine that runs, and the tab of its page. */
    private function begin(string $tab): void
    {
        $this->service = $this->order(['more_settings' => self::MORE, 'backup_storage' => 'local']);
        $admin = $this->stack->session('admin=1');
        $admin->post("/admin/clientsservices.php?id=$this->service", ['modop' => 'create']);
        $this->stack->cron();
        $this->open($tab);
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Running"');
    }

    private function open(string $tab): void
    {
        $this->visit("/clientarea.php?action=productdetails&id=$this->service&vm=$tab");
    }

    private function of(int $rule, string $change): string
    {
        return self::RULES . ":nth-of-type($rule) form:has([name=change][value=$change]) button";
    }

    private function edit(int $rule): string
    {
        return self::RULES . ":nth-of-type($rule) .vm-rule";
    }

    private function press(string $selector, string $kind, bool $byTouch = false): void
    {
        $this->forgetSaid();
        $byTouch ? $this->browser->tap($selector) : $this->browser->click($selector);
        $this->answered($kind);
    }

    private function pressKey(string $key): void
    {
        $this->forgetSaid();
        $this->browser->key($key);
        $this->answered('success');
    }

    private function forgetSaid(): void
    {
        $this->browser->evaluate('document.querySelector(".vm-said").textContent = ""');
        $this->browser->evaluate('document.querySelector(".vm-result").className = "vm-result"');
    }

    private function answered(string $kind): void
    {
        $this->browser->wait("document.querySelector('.vm-result.alert-$kind .vm-said') !== null"
            . ' && document.querySelector("#proxmoxkvm [aria-busy]") === null');
    }

    private function said(): string
    {
        return (string) $this->browser->evaluate('document.querySelector(".vm-said").innerText');
    }

    private function read(string $selector): string
    {
        return (string) $this->browser->evaluate('document.querySelector(' . json_encode($selector) . ').innerText');
    }

    private function waits(): bool
    {
        return $this->browser->evaluate('!document.querySelector(".vm-wait").hidden');
    }

    private function focus(string $selector): void
    {
        $this->browser->evaluate('document.querySelector(' . json_encode($selector) . ').focus()');
    }

    private function tabTo(string $tag): void
    {
        for ($tabs = 0; $this->browser->evaluate('document.activeElement.tagName') !== $tag; $tabs++) {
            self::assertLessThan(10, $tabs, "the keyboard does not come to $tag");
            $this->browser->key('Tab');
        }
    }

    /** The page as a browser has it that runs no script. */
    private function withoutScript(): void
    {
        $this->browser->evaluate('document.getElementById("proxmoxkvm")'
            . '.replaceWith(document.getElementById("proxmoxkvm").cloneNode(true))');
    }

    /** The same customer in another browser adds a rule. @param array<string, string> $rule */
    private function another(array $rule): void
    {
        $client = $this->stack->session('client=1');
        $page = $client->get("/clientarea.php?action=productdetails&id=$this->service&vm=firewall");
        self::assertSame(1, preg_match('/name="version" value="(\d+)"/', $page, $read));
        $page = $client->post('/clientarea.php?action=productdetails', $rule + ['version' => $read[1]] + [
            'id' => $this->service, 'modop' => 'custom', 'a' => 'ClientAction', 'do' => 'firewall_rule',
            'proxmoxkvm_nonce' => 'another', 'direction' => 'in', 'verdict' => 'ACCEPT', 'enabled' => '1',
        ]);
        self::assertStringContainsString('The rule is saved', $page);
    }

    /** @return list<string> the customer's rules as Proxmox VE has them */
    private function rules(): array
    {
        $own = array_filter(
            $this->simulator->control('firewall/' . $this->stored($this->service)['vmid'])['rules'],
            static fn (array $rule): bool => str_starts_with($rule['comment'] ?? '', '[customer]')
        );

        return array_values(array_map(
            static fn (array $rule): string => $rule['action'] . ' ' . ($rule['dport'] ?? $rule['macro'] ?? ''),
            $own
        ));
    }

    /** Seconds pass of those in which a change waits to be kept. */
    private function passes(int $seconds): void
    {
        $until = '$.choices.firewall_trial.until';
        $this->store()->prepare("UPDATE services SET due_at = due_at - ?, body ="
            . " json_set(body, '$until', json_extract(body, '$until') - ?) WHERE id = ?")
            ->execute([$seconds, $seconds, $this->service]);
    }

    private function store(): PDO
    {
        return new PDO('sqlite:' . $this->stack->whmcs->store);
    }
}
