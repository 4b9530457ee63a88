<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\BrowserTestCase;
use WHMCS\Database\Capsule;

/** An admin clicks through the pages in which the module has a part. */
final class AdminPagesTest extends BrowserTestCase
{
    /** Commands of WHMCS itself and, by the end of their function, of the module: how often each did its work. */
    private array $done = [];

    /** The same, with the sentence of a refusal. @var array<string, string> */
    private array $refused = [];

    private int $service;

    public function testProductSettings(): void
    {
        $this->order();
        $hasLoader = static fn (array $option): bool => isset($option['Loader']);
        $loaders = array_filter(proxmoxkvm_ConfigOptions(), $hasLoader);
        Capsule::table('tblservergroupsrel')->insert(['groupid' => 1, 'serverid' => 1]);
        Capsule::table('tblproducts')->update(['servergroup' => 1]);
        $this->visit('/admin/configproducts.php?id=1');
        self::assertSame(24, $this->browser->evaluate('document.querySelectorAll("[data-option]").length'));
        $this->picture('product-advanced');
        $this->browser->follow('a');
        $this->assertHarmless();
        self::assertSame(0, $this->browser->evaluate('document.querySelectorAll(".loader-error").length'));
        foreach (array_keys($loaders) as $key) {
            $options = "document.querySelectorAll('[data-option=$key] option').length";
            // There is one template, and nothing to choose instead of it.
            $least = $key === 'os_template' ? 1 : 2;
            self::assertGreaterThanOrEqual($least, $this->browser->evaluate($options), $key);
        }
        $this->picture('product-simple');
        $before = Capsule::table('tblproducts')->first();
        $this->browser->follow('#save');
        self::assertEquals($before, Capsule::table('tblproducts')->first());

        // Proxmox VE does not answer: sentences, and every field can still be filled.
        $evil = ['kind' => 'status', 'status' => 500, 'reason' => self::EVIL, 'times' => 99];
        $this->simulator->control('fault', $evil);
        $this->visit('/admin/configproducts.php?id=1&simple=1');
        $errors = 'Array.from(document.querySelectorAll(".loader-error")).map(function (e) { return e.innerText; })';
        self::assertCount(count($loaders), array_filter($this->browser->evaluate($errors)));
        $this->picture('product-unreachable');
    }

    public function testConnection(): void
    {
        $this->order();
        $this->visit('/admin/configservers.php?id=1');
        $this->browser->click('#test');
        $this->browser->wait('document.getElementById("tested").innerText !== ""');
        self::assertStringStartsWith('Connection successful', $this->tested());
        $this->picture('server');

        $this->browser->evaluate('document.querySelector("[name=password]").value = "wrong"');
        $this->browser->evaluate('document.getElementById("tested").innerHTML = ""');
        $this->browser->click('#test');
        $this->browser->wait('document.getElementById("tested").innerText !== ""');
        self::assertStringNotContainsString('successful', $this->tested());
        self::assertStringContainsString('Authentication failed', $this->tested());
        $this->picture('server-wrong-password');
    }

    public function testEveryButtonOfAService(): void
    {
        $this->service = $this->order();
        $this->visit("/admin/clientsservices.php?id=$this->service");
        $this->picture('service-new');
        $this->pressAll(['Start', 'SetNetwork', 'VMRemove', 'suspend', 'changepackage', 'changepw', 'create']);
        $this->pressAll(['VMSetDedicatedIp']);
        $this->picture('service-building');
        $this->stack->cron();
        self::assertSame('ready', $this->stored($this->service)['status']);
        $this->visit("/admin/clientsservices.php?id=$this->service");
        $this->picture('service-ready');
        // Why a button does not work now unfolds, and looks as if it did.
        $triangle = $this->browser->evaluate('getComputedStyle(document.querySelector("details summary")).display');
        self::assertSame('list-item', $triangle);
        $this->browser->click('details summary');
        $this->browser->wait('document.querySelector("details li").offsetHeight > 0');

        // Running: what changes its power comes last.
        $this->pressAll(['create', 'changepw', 'unsuspend', ...self::steps(), 'Start', 'Reinstall', 'changepackage']);
        $this->stack->cron();
        $this->pressAll(['suspend']);
        $this->picture('service-suspended');
        $this->pressAll(['Start', 'Reinstall', 'SetNetwork', 'changepackage', 'unsuspend']);
        $this->stack->cron();
        $this->pressAll(['Stop', 'Stop', ...self::steps(), 'SetDnsRecords']);
        $this->stack->cron();
        $this->pressAll(['Start', 'Stop', 'Reinstall']);
        $this->stack->cron();
        $this->pressAll(['Stop', 'VMRemove', 'VMSetDedicatedIp', 'VMClone']);
        $this->stack->cron();
        $this->pressAll(['terminate']);
        $this->picture('service-terminated');

        $buttons = array_values(proxmoxkvm_AdminCustomButtonArray([]));
        $all = [...$buttons, 'create', 'suspend', 'unsuspend', 'terminate', 'changepackage', 'changepw'];
        self::assertSame(
            [],
            array_intersect_key($this->refused, array_flip(array_diff($all, array_keys($this->done)))),
            'refused in every state'
        );
        self::assertSame([], array_diff($all, array_keys($this->done)));
        foreach ($this->refused as $command => $sentence) {
            self::assertMatchesRegularExpression('/^[^<]{15,}$/s', $sentence, $command);
        }
        self::assertStringContainsString('192.0.2.', $this->stack->whmcs->row($this->service)->notes);
    }

    public function testAttach(): void
    {
        $this->service = $this->order();
        Capsule::table('tblhosting')->where('id', $this->service)->update(['domainstatus' => 'Active']);
        $pve = $this->simulator->pve();
        $pve->request('POST', '/nodes/pve1/qemu?vmid=777&name=old&memory=512');
        $this->visit("/admin/clientsservices.php?id=$this->service");
        $this->browser->type('[name=proxmoxkvm_attach]', '77');
        $this->browser->follow('#save');
        self::assertStringContainsString('100', $this->field('Attach VM (VMID)'));
        $this->browser->type('[name=proxmoxkvm_attach]', '777');
        $this->browser->follow('#save');
        self::assertStringContainsString(
            "VM 777 is attached to service $this->service.",
            $this->field('Attach VM (VMID)')
        );
        $this->picture('service-attached');
    }

    public function testAddonPages(): void
    {
        $this->order();
        $this->visit('/admin/addonmodules.php?module=proxmoxkvm');
        $seen = [];
        $waiting = [$this->browser->evaluate('location.href')];
        while (($url = array_shift($waiting)) !== null && count($seen) < 20) {
            $this->browser->open($url);
            $this->assertHarmless();
            self::assertGreaterThan(20, strlen($this->browser->text()), $url);
            $seen[] = $url;
            $this->picture('addon-' . count($seen));
            $links = 'Array.from(document.links).map(function (link) { return link.href.split("#")[0]; })'
                . '.filter(function (href) { return href.indexOf("addonmodules.php") > 0'
                . ' && href.indexOf("page=csv") < 0; })';
            $waiting = array_diff(array_unique([...$waiting, ...$this->browser->evaluate($links)]), $seen);
        }
        $isThere = is_file(STAND_IN_MODULES . '/addons/proxmoxkvm/proxmoxkvm.php');
        self::assertGreaterThan($isThere ? 1 : 0, count($seen));
    }

    /** @return list<string> the buttons of the pipeline's steps after the clone */
    private static function steps(): array
    {
        $buttons = array_values(proxmoxkvm_AdminCustomButtonArray([]));
        $first = array_search('SetCpuRam', $buttons, true);

        return array_slice($buttons, $first, array_search('SetCloudinit', $buttons, true) - $first + 1);
    }

    /** @param list<string> $commands those that the page does not offer now are passed over */
    private function pressAll(array $commands): void
    {
        $offered = 'Array.from(document.querySelectorAll("#commands button:not([disabled])"))'
            . '.map(function (button) { return button.dataset.suffix || button.value; })';
        foreach ($commands as $command) {
            // Its own state may have changed meanwhile.
            $this->browser->open((string) $this->browser->evaluate('location.href'));
            if (in_array($command, $this->browser->evaluate($offered), true)) {
                $this->press($command);
            }
        }
    }

    private function press(string $command): void
    {
        $selector = "#commands button[value=$command], #commands button[data-suffix=$command]";
        $this->browser->follow($selector);
        $this->assertHarmless();
        $title = (string) $this->browser->evaluate('document.querySelector("#result strong").innerText');
        $text = (string) $this->browser->evaluate('document.getElementById("result-text").innerText');
        if ($title === 'Module Command Success') {
            $this->done[$command] = ($this->done[$command] ?? 0) + 1;
        } else {
            $this->refused[$command] = trim($text);
        }
    }

    private function field(string $label): string
    {
        $json = json_encode($label);

        return (string) $this->browser->evaluate('Array.from(document.querySelectorAll("[data-module-field]"))'
            . ".filter(function (row) { return row.cells[0].innerText === $json; })[0].cells[1].innerText");
    }

    private function tested(): string
    {
        return (string) $this->browser->evaluate('document.getElementById("tested").innerText');
    }
}
