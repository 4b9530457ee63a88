<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\BrowserTestCase;
use Tests\Support\NameServer;
use WHMCS\Database\Capsule;

/** DNS in a browser: an admin adds zones, a client names an address, an admin puts right what fails. */
final class DnsTest extends BrowserTestCase
{
    private const ADDON = '/admin/addonmodules.php?module=proxmoxkvm&page=';
    private const KEY = 'browser-key';

    public function testZonesNamesAndTroubles(): void
    {
        if (!NameServer::exist()) {
            self::markTestSkipped('needs the Debian packages pdns-server, pdns-backend-sqlite3, bind9 and dnsutils');
        }
        $server = NameServer::powerDns(self::KEY, ['example.net', '2.0.192.in-addr.arpa']);
        $service = $this->order([
            'os_template' => (string) $this->simulator->about['template'],
            'more_settings' => 'rdns_forward_check = off',
        ]);
        $this->zone($server, 'example.net');
        $this->zone($server, '2.0.192.in-addr.arpa');
        $client = "/clientarea.php?action=productdetails&id=$service";
        $admin = $this->stack->session('admin=1');
        $admin->post("/admin/clientsservices.php?id=$service", ['modop' => 'create']);
        Capsule::table('tblhosting')->update(['domainstatus' => 'Active']);
        $this->visit($client);
        $this->stack->moduleCron();
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Running"');
        $this->visit("$client&vm=network");
        $stored = $this->stored($service);
        [$address, $second] = $stored['addresses'];
        self::assertSame(["$stored[domain]."], $server->dig('-x', $second));

        $this->save(0, 'not a name');
        self::assertStringContainsString('no complete host name', $this->said());
        self::assertSame('not a name', $this->field(0), 'what was typed stays');
        $this->picture('client-reverse-refused');
        $this->save(0, 'Mail.Example.ORG');
        self::assertStringContainsString('The reverse name is saved.', $this->said());
        self::assertSame(['mail.example.org', $stored['domain']], [$this->field(0), $this->field(1)]);
        self::assertSame(['mail.example.org.'], $server->dig('-x', $address));
        self::assertSame(["$stored[domain]."], $server->dig('-x', $second));
        $this->picture('client-reverse');
        $this->visit("$client&vm=network&theme=six");
        self::assertSame('mail.example.org', $this->field(0));
        $this->picture('client-reverse-six');
        $admin->post("/admin/clientsservices.php?id=$service", ['modop' => 'suspend']);
        $this->visit($client);
        self::assertNull($this->browser->evaluate('document.querySelector("#proxmoxkvm form")'));
        $admin->post("/admin/clientsservices.php?id=$service", ['modop' => 'unsuspend']);

        $this->visit("/admin/clientsservices.php?id=$service");
        self::assertStringContainsString("$stored[domain] A $address", $this->browser->text());
        $field = json_encode("input[name='proxmoxkvm_reverse[$second]']");
        $this->browser->evaluate("document.querySelector($field).value = 'www.example.org'");
        $this->picture('admin-dns');
        $this->browser->follow('#save');
        self::assertStringContainsString("The reverse name of $second is saved.", $this->browser->text());
        self::assertSame(['www.example.org.'], $server->dig('-x', $second));

        $this->visit(self::ADDON . 'zones&form=1&id=1');
        $this->browser->type('input[name=secret]', 'wrong');
        $this->browser->follow('button[value=save_test]');
        self::assertStringContainsString('does not accept the API key', $this->browser->text());
        $this->browser->follow('button[value=sync]');
        self::assertStringContainsString('Services whose records the cron now looks at: 1', $this->browser->text());
        self::assertStringContainsString('still due: 1', $this->browser->text());
        $this->picture('addon-zones-sync');
        $this->stack->moduleCron();
        $this->visit("/admin/clientsservices.php?id=$service");
        $this->picture('admin-dns-trouble');
        $this->visit(self::ADDON . 'attention');
        self::assertStringContainsString('does not accept the API key', $this->browser->text());
        $this->picture('addon-attention-dns');
        $this->visit(self::ADDON . "service&id=$service");
        $this->picture('addon-service-dns');
        $this->visit(self::ADDON . 'zones&form=1&id=1');
        $this->browser->type('input[name=secret]', self::KEY);
        $this->browser->follow('button[value=save_test]');
        $this->visit(self::ADDON . 'attention');
        $this->browser->follow("form[action*='id=$service'] button[value=dns]");
        self::assertStringContainsString("records of service $service are as they should be", $this->browser->text());
        self::assertStringContainsString('Nothing needs attention.', $this->browser->text());

        $this->visit(self::ADDON . 'products');
        $this->picture('addon-products');
        $this->browser->follow('button[value=options]');
        self::assertStringContainsString('new configurable options', $this->browser->text());
        $admin->post("/admin/clientsservices.php?id=$service", ['modop' => 'terminate']);
        self::assertSame([], [...$server->dig('-x', $address), ...$server->dig($stored['domain'], 'A')]);
        Capsule::table('mod_proxmoxkvm_zones')->delete();
    }

    private function zone(NameServer $server, string $name): void
    {
        $this->visit(self::ADDON . 'zones&form=1');
        $this->browser->type('input[name=zone]', $name);
        $this->browser->type('input[name=endpoint]', $server->endpoint);
        $this->browser->type('input[name=secret]', self::KEY);
        $this->browser->follow('button[value=save_test]');
        self::assertStringContainsString('lets the module write', $this->browser->text());
    }

    /** Types a name into one of the client's forms and sends it. */
    private function save(int $form, string $name): void
    {
        $this->browser->evaluate('document.querySelector(".vm-said").textContent = ""');
        $at = 'document.querySelectorAll(".vm-names form")[' . $form . ']';
        $this->browser->evaluate("$at.elements.name.value = " . json_encode($name));
        $this->browser->evaluate("$at.querySelector('[type=submit]').click()");
        $this->browser->wait('document.querySelector(".vm-said").innerText !== ""'
            . " && !$at.querySelector('[type=submit]').hasAttribute('aria-busy')");
    }

    private function said(): string
    {
        return (string) $this->browser->evaluate('document.querySelector(".vm-said").innerText');
    }

    private function field(int $form): string
    {
        $at = 'document.querySelectorAll(".vm-names form")[' . $form . ']';

        return (string) $this->browser->evaluate("$at.elements.name.value");
    }
}
