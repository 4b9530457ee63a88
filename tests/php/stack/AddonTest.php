<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\BrowserTestCase;
use WHMCS\Database\Capsule;

/** An admin at work on the addon module's pages, in a browser. */
final class AddonTest extends BrowserTestCase
{
    private const HOME = '/admin/addonmodules.php?module=proxmoxkvm';

    public function testTheListsOfServicesAndAddresses(): void
    {
        $ready = $this->order(['os_template' => (string) $this->simulator->about['template']]);
        $this->create($ready);
        $this->stack->moduleCron();
        $this->breakATemplate($this->order());

        $this->visit(self::HOME);
        $text = $this->browser->text();
        foreach (["#$ready", 'Ada Byron', 'Ready', 'pve1', 'last ended at', 'the template 9999 does not'] as $part) {
            self::assertStringContainsString($part, $text);
        }
        $this->picture('addon-overview');
        $this->browser->type('input[name=search]', $this->stored($ready)['domain']);
        $this->browser->follow('form[method=get] button');
        self::assertStringContainsString("#$ready", $this->browser->text());
        self::assertStringContainsString('Services: 1', $this->browser->text());

        $this->tab('pools');
        self::assertStringContainsString('IPv4:', $this->browser->text());
        $this->picture('addon-pools');
        $this->tab('servers');
        $this->picture('addon-servers');
        $this->browser->follow('button[value=test]');
        self::assertStringContainsString('9.', $this->browser->text());
        $this->picture('addon-servers-tested');
        $this->tab('doctor');
        $template = Capsule::table('tblproducts')->value('configoption2');
        Capsule::table('tblproducts')->update(['configoption2' => '9999']);
        $this->browser->follow('button[value=run]');
        Capsule::table('tblproducts')->update(['configoption2' => $template]);
        // What is good is not written in the colour of what is broken.
        self::assertStringContainsString('alert-danger', $this->browser->evaluate('document.body.innerHTML'));
        $cell = "tr:has(.label-success) td:nth-child(3)";
        $colour = "getComputedStyle(document.querySelector('$cell')).color";
        self::assertSame('rgb(51, 51, 51)', $this->browser->evaluate($colour));
        self::assertStringContainsString('"Needs attention" says why', $this->browser->text());
        $this->picture('addon-doctor');
    }

    public function testAddressesAreAddedReservedAndKept(): void
    {
        $service = $this->order(['os_template' => (string) $this->simulator->about['template']]);
        $this->create($service);
        $this->stack->moduleCron();
        $lines = static fn (): string => (string) Capsule::table('tblservers')->value('assignedips');
        $before = $lines();
        $this->visit(self::HOME . '&page=pools');
        $this->browser->follow('a.btn[href*="form=add"]');
        $line = ['bridge' => 'vmbr0', 'addresses' => '198.51.100.10-198.51.100.20', 'prefix' => '24',
            'gateway' => '198.51.100.1', 'resolvers' => '192.0.2.53'];
        foreach ($line as $name => $value) {
            $this->browser->type("input[name=$name]", $value);
        }
        $this->browser->follow('button[value=preview]');
        self::assertStringContainsString('gives 11 addresses', $this->browser->text());
        self::assertStringContainsString('100.51.198.in-addr.arpa', $this->browser->text());
        $this->picture('addon-pool-preview');
        self::assertSame($before, $lines());
        $this->browser->follow('button[value=save]');
        self::assertStringContainsString('are saved', $this->browser->text());
        self::assertSame("$before\nvmbr0|0|198.51.100.10-198.51.100.20|24|198.51.100.1|192.0.2.53", $lines());
        $this->browser->type('form:has(button[value=reserve]) input[name=addresses]', '198.51.100.12');
        $this->browser->type('input[name=note]', 'the <office>');
        $this->browser->follow('button[value=reserve]');
        self::assertStringEndsWith("\nreserve 198.51.100.12 the &lt;office&gt;", $lines());
        self::assertStringContainsString('the <office>', $this->browser->text());
        $this->picture('addon-pools-reserved');
        // The line with the service's own address cannot go.
        $this->browser->follow('a[href*="form=1"]');
        $this->browser->follow('button[value=remove]');
        self::assertStringContainsString("is leased to service ", $this->browser->text());

        $this->visit(self::HOME . '&page=servers&server=1');
        self::assertStringContainsString('GiB free', $this->browser->text());
        $this->picture('addon-cluster');
        $this->visit(self::HOME . '&page=products&fits=1');
        self::assertStringContainsString('By memory', $this->browser->text());
        $this->picture('addon-fits');
    }

    /** Nobody has to write `client_stop = off`, and what is written is what a person would write. */
    public function testTheSettingsOfAProductAreChangedByForm(): void
    {
        $product = (int) Capsule::table('tblhosting')->where('id', $this->order())->value('packageid');
        Capsule::table('tblproducts')->update(['configoption24' => "# nights\r\nonboot = off"]);
        $this->visit(self::HOME . '&page=products');
        $this->picture('addon-products');
        $this->browser->follow("a[href*='page=products&id=$product']");
        $this->picture('addon-product');
        $nodes = "Array.from(document.querySelectorAll('#o_target_node option')).map(function (o) { return o.value })";
        self::assertSame(['auto', 'pve1'], $this->browser->evaluate($nodes));
        self::assertFalse($this->browser->evaluate("document.querySelector('#o_onboot').checked"));
        $this->browser->click('#o_client_stop');
        $this->browser->click('#o_onboot');
        $this->browser->type('#o_shutdown_timeout', '5');
        $this->browser->follow('button[value=save]');
        self::assertStringContainsString('Nothing was saved', $this->browser->text());
        self::assertStringContainsString('a number of seconds from 10 to 3600, not "5"', $this->browser->text());
        $this->picture('addon-product-wrong');
        self::assertStringContainsString('onboot = off', Capsule::table('tblproducts')->value('configoption24'));
        $this->browser->evaluate("document.querySelector('#o_shutdown_timeout').value = ''");
        $this->browser->type('#o_shutdown_timeout', '60');
        $this->browser->follow('button[value=save]');
        self::assertStringContainsString('Time to shut down, Customer may switch the VM off', $this->browser->text());
        self::assertSame(
            "# nights\r\nshutdown_timeout = 60\r\nclient_stop = off",
            Capsule::table('tblproducts')->value('configoption24')
        );
        $this->visit("/admin/configproducts.php?id=$product");
        self::assertStringContainsString(
            'client_stop = off',
            $this->browser->evaluate("document.querySelector('textarea[name=\"packageconfigoption[24]\"]').value")
        );
    }

    public function testAFailureIsPutRightAndABrokenVmIsBuiltAnew(): void
    {
        $service = $this->order();
        $this->breakATemplate($service);
        $this->visit(self::HOME . '&page=attention');
        self::assertStringContainsString('9999', $this->browser->text());
        $this->picture('addon-attention');
        $template = (string) $this->simulator->about['template'];
        Capsule::table('tblproducts')->update(['configoption2' => $template]);
        $this->browser->follow("form[action*='id=$service'] button[value=retry]");
        self::assertStringContainsString("Service $service is now at: Ready.", $this->browser->text());
        self::assertSame('ready', $this->stored($service)['status']);

        $this->visit(self::HOME . "&page=service&id=$service");
        $this->picture('addon-service');
        $this->browser->follow('button[value=redeploy]');
        self::assertStringContainsString('Nothing was done', $this->browser->text());
        $this->browser->type('input[name=confirm]', (string) $this->stored($service)['vmid']);
        $this->browser->follow('button[value=redeploy]');
        self::assertStringContainsString('is being built anew', $this->browser->text());
        $status = $this->stored($service)['status'];
        self::assertNotSame('ready', $status);
        // What the browser shows now may be loaded as often as one likes.
        $this->stack->moduleCron();
        $this->browser->open((string) $this->browser->evaluate('location.href'));
        self::assertStringNotContainsString('is being built anew', $this->browser->text());
        self::assertSame('ready', $this->stored($service)['status']);
    }

    public function testAZoneIsAddedTestedAndDeleted(): void
    {
        $this->visit(self::HOME . '&page=zones');
        $this->picture('addon-zones-none');
        $this->browser->follow('a[href*="form=1"]');
        $this->picture('addon-zone-form');
        $this->browser->type('input[name=zone]', 'example.net');
        $this->browser->follow('button[value=save]');
        self::assertStringContainsString('Key or secret is missing.', $this->browser->text());
        $this->picture('addon-zone-mistake');
        $this->browser->type('input[name=secret]', 'k&y"<b>');
        $this->browser->type('input[name=endpoint]', 'https://127.0.0.1:1');
        $this->browser->follow('button[value=save]');
        self::assertStringContainsString('Zone example.net is saved.', $this->browser->text());
        self::assertSame('k&y"<b>', decrypt((string) Capsule::table('mod_proxmoxkvm_zones')->value('secret')));
        $this->picture('addon-zones');
        $this->browser->follow('a[href*="delete=1"]');
        self::assertStringContainsString('stay at the provider', $this->browser->text());
        $this->picture('addon-zone-delete');
        $this->browser->follow('button[value=delete]');
        self::assertSame(0, Capsule::table('mod_proxmoxkvm_zones')->count());
        self::assertStringContainsString('is deleted here', $this->browser->text());
    }

    private function tab(string $page): void
    {
        $this->browser->follow(".nav-tabs a[href*='page=$page']");
        $this->assertHarmless();
    }

    /** An order that fails because the product names a template that does not exist. */
    private function breakATemplate(int $service): void
    {
        $template = Capsule::table('tblproducts')->value('configoption2');
        Capsule::table('tblproducts')->update(['configoption2' => '9999']);
        $this->create($service);
        Capsule::table('tblproducts')->update(['configoption2' => $template]);
    }

    private function create(int $service): void
    {
        $path = "/admin/clientsservices.php?id=$service";
        $this->stack->session('admin=1')->post($path, ['modop' => 'create']);
    }
}
