<?php

declare(strict_types=1);

namespace Tests\Core;

use PDO;
use Tests\Support\CoreTestCase;
use Tests\Support\Fpm;
use Tests\Support\NameServer;
use Tests\Support\SecretForms;
use WHMCS\Database\Capsule;

/** DNS through php-fpm and the real library at real name servers, asked with `dig`. */
final class DnsTest extends CoreTestCase
{
    private const KEY = 'Z0ne+K3y/of=this&test<x>%';
    private const FORWARD = 'example.net';
    private const REVERSE = '2.0.192.in-addr.arpa';

    private Fpm $fpm;

    protected function setUp(): void
    {
        parent::setUp();
        if (!NameServer::exist()) {
            self::markTestSkipped('needs the Debian packages pdns-server, pdns-backend-sqlite3, bind9 and dnsutils');
        }
    }

    /** Order, ready, a reverse name of the client's, terminate. */
    public function testTheLifeOfRecords(): void
    {
        $server = NameServer::powerDns(self::KEY, [self::FORWARD, self::REVERSE]);
        $service = $this->order(['more_settings' => 'rdns_forward_check = off']);
        $this->fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        foreach ([self::FORWARD, self::REVERSE] as $zone) {
            $page = $this->press('zones', ['act' => 'save_test'] + self::zone($server, $zone));
            self::assertStringContainsString('lets the module write', $page);
        }
        self::assertSame('success', $this->fpm->result('create', $service));
        self::assertSame([], $server->dig("1-$service.example.net", 'A'), 'not before it is ready');
        $this->fpm->page('cron');
        $address = $this->assertReady($service)['addresses'][0];
        self::assertSame([$address], $server->dig("1-$service.example.net", 'A'));
        self::assertSame(["1-$service.example.net."], $server->dig('-x', $address));
        $fields = $this->fpm->result('fields', $service);
        self::assertStringContainsString("<code>1-$service.example.net A $address</code>", $fields['DNS records']);
        self::assertStringContainsString('Last found or made right', $fields['DNS records']);
        self::assertStringContainsString("[$address]", $fields['Reverse names']);

        self::assertTrue($this->reverse($service, $address, 'Mail.Example.ORG')['ok']);
        self::assertSame(['mail.example.org.'], $server->dig('-x', $address), 'at once');
        $answer = $this->reverse($service, '192.0.2.99', 'mail.example.org');
        self::assertSame('This address is none of this service. Please reload the page.', $answer['message']);
        $names = array_column($answer['view']['tab']['addresses'], 'name', 'address');
        self::assertSame([$address => 'mail.example.org'], $names);
        $this->fpm->result('suspend', $service);
        $answer = $this->reverse($service, $address, 'other.example.org');
        self::assertSame('This is not possible while the service is suspended.', $answer['message']);
        $this->fpm->result('unsuspend', $service);
        self::assertSame(['mail.example.org.'], $server->dig('-x', $address));

        // Somebody deletes a record behind our back: the button for all services brings it back, nothing else is due.
        $this->fpm->page('cron');
        $server->delete(self::FORWARD, "1-$service", 'A');
        self::assertStringContainsString('looks at: 1', $this->press('zones', ['act' => 'sync']));
        self::assertStringContainsString('still due: 1', $this->press('zones', null));
        $this->fpm->page('cron');
        self::assertStringNotContainsString('still due', $this->press('zones', null));
        self::assertSame([$address], $server->dig("1-$service.example.net", 'A'));

        // A zone that is deleted keeps its records, and nobody is told of them for ever.
        $this->press('zones', ['act' => 'delete', 'id' => '1']);
        $this->fpm->page('cron');
        self::assertSame([$address], $server->dig("1-$service.example.net", 'A'));
        self::assertStringContainsString('Nothing needs attention.', $this->press('attention', null));
        $server->delete(self::FORWARD, "1-$service", 'A');
        $this->press('zones', ['act' => 'save'] + self::zone($server, self::FORWARD));
        $this->press('zones', ['act' => 'sync']);
        $this->fpm->page('cron');
        self::assertSame([$address], $server->dig("1-$service.example.net", 'A'));

        self::assertSame('success', $this->fpm->result('terminate', $service));
        self::assertSame([[], []], [$server->dig("1-$service.example.net", 'A'), $server->dig('-x', $address)]);
        self::assertStringContainsString('Nothing needs attention.', $this->press('attention', null));
        $this->assertNoSecret(self::KEY);
    }

    /** A provider that refuses, or says nothing, keeps no VM from being ready; staff sees it and puts it right. */
    public function testAProviderThatDoesNotWorkIsTold(): void
    {
        $server = NameServer::powerDns(self::KEY, [self::FORWARD]);
        // Takes connections, and never says a word.
        $silent = stream_socket_server('tcp://127.0.0.1:0');
        $service = $this->order();
        $this->fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        $this->press('zones', ['act' => 'save', 'secret' => 'Wr0ng&' . self::KEY] + self::zone($server, self::FORWARD));
        $hangs = ['endpoint' => 'http://' . stream_socket_get_name($silent, false)];
        $this->press('zones', ['act' => 'save'] + $hangs + self::zone($server, self::REVERSE));
        self::assertSame('success', $this->fpm->result('create', $service));
        $this->fpm->page('cron');
        $address = $this->assertReady($service)['addresses'][0];

        $field = $this->fpm->result('fields', $service)['DNS records'];
        self::assertStringContainsString('does not accept the API key', $field);
        self::assertStringContainsString('Enter the right key', $field);
        self::assertStringContainsString('gave no answer', $field);
        self::assertStringContainsString('No record of this service', $field);
        $listed = $this->press('attention', null);
        self::assertStringContainsString('DNS zone example.net: PowerDNS at', $listed);
        self::assertStringContainsString(">#$service<", $listed);
        $again = $this->press('service', ['act' => 'dns'], ['id' => (string) $service]);
        self::assertStringContainsString('alert-danger', $again);
        self::assertStringContainsString('does not accept the API key', $again);

        $this->press('zones', ['act' => 'save', 'id' => '1'] + self::zone($server, self::FORWARD));
        $this->press('zones', ['act' => 'delete', 'id' => '2']);
        $again = $this->press('service', ['act' => 'dns'], ['id' => (string) $service]);
        self::assertStringContainsString('are as they should be', $again);
        self::assertStringContainsString('Nothing needs attention.', $this->press('attention', null));
        self::assertSame([$address], $server->dig("1-$service.example.net", 'A'));
        $this->assertNoSecret('Wr0ng&' . self::KEY);
    }

    public function testTheTestOfAZoneSaysExactlyWhatIsWrong(): void
    {
        $this->fpm = new Fpm($this->whmcs, Fpm::ALLOWED);
        $power = NameServer::powerDns(self::KEY, ['example.net'], ['example.org']);
        $bind = NameServer::bind(['example.net']);
        $at = "PowerDNS at $power->endpoint";
        $tsig = ['provider' => 'rfc2136', 'key_name' => NameServer::TSIG_KEY, 'secret' => NameServer::TSIG_SECRET]
            + self::zone($bind, 'example.net');
        $cases = [
            [self::zone($power, 'example.net'), 'lets the module write'],
            [['secret' => 'another'] + self::zone($power, 'example.net'), "$at does not accept the API key"],
            [self::zone($power, 'example.com'), "$at does not have the zone example.com"],
            [self::zone($power, 'example.org'), 'its records are written at its primary'],
            [$tsig, 'lets the module write'],
            [['secret' => base64_encode('another key')] + $tsig, 'knows the TSIG key whmcs.example.net with another'],
            [['key_name' => 'unknown'] + $tsig, 'does not know the TSIG key unknown'],
            [['zone' => 'example.com'] + $tsig, 'does not have the zone example.com'],
            [['key_name' => NameServer::TSIG_READER] + $tsig, 'the key reader has no right to do this in'],
        ];
        foreach ($cases as $number => [$zone, $said]) {
            $page = $this->press('zones', ['act' => 'save_test'] + $zone);
            $message = html_entity_decode(strip_tags((string) strstr($page, '<div class="alert')), ENT_QUOTES);
            self::assertStringContainsString($said, $message, "case $number");
            self::assertSame(
                str_contains($said, 'lets the module'),
                str_contains($page, 'alert-success" role="status"'),
                "case $number"
            );
        }
        array_map($this->assertNoSecret(...), [self::KEY, NameServer::TSIG_SECRET]);
    }

    /** @return array<string, string> the form */
    private static function zone(NameServer $server, string $zone): array
    {
        return [
            'provider' => 'powerdns', 'zone' => $zone, 'ttl' => '300', 'secret' => self::KEY,
            'endpoint' => $server->endpoint, 'algorithm' => 'hmac-sha256',
        ];
    }

    /**
     * @param array<string, string>|null $form null looks only
     * @param array<string, string> $query
     */
    private function press(string $page, ?array $form, array $query = []): string
    {
        $visit = [['page' => $page] + $query];
        if ($form !== null) {
            $visit[] = $form + ['token' => 'the-token'];
        }

        return $this->fpm->result('addon', 0, (string) json_encode($visit));
    }

    /** The client's form. @return array<string, mixed> the answer to the page's script */
    private function reverse(int $service, string $address, string $name): array
    {
        $query = ['do' => 'custom', 'id' => $service, 'button' => 'ClientAction', 'client' => 1];
        $form = ['token' => 'the-token', 'proxmoxkvm_json' => '1', 'do' => 'set_reverse_name']
            + ['address' => $address, 'name' => $name, 'vm' => 'network'];

        return json_decode($this->fpm->request($query, $form)[1], true);
    }

    /** Neither in a log, nor in a mail, nor in the store, nor readable in WHMCS's own table. */
    private function assertNoSecret(string $secret): void
    {
        $seen = [];
        foreach (['tblmodulelog', 'tblactivitylog', 'tblemails', 'mod_proxmoxkvm_zones'] as $table) {
            $seen[$table] = json_encode(Capsule::table($table)->get()->all(), JSON_UNESCAPED_UNICODE);
        }
        self::assertStringContainsString('zone', $seen['tblmodulelog']);
        self::assertStringContainsString('"secret"', $seen['mod_proxmoxkvm_zones']);
        foreach (glob(dirname($this->whmcs->store) . '/*') ?: [] as $file) {
            $seen[basename($file)] = (string) file_get_contents($file);
        }
        $store = new PDO("sqlite:{$this->whmcs->store}");
        foreach (['services', 'dns', 'events'] as $table) {
            $seen["the store's $table"] = json_encode($store->query("SELECT * FROM $table")->fetchAll());
        }
        $seen['php-fpm'] = (string) file_get_contents("{$this->whmcs->directory}/fpm.log");
        foreach (SecretForms::of($secret) as $name => $form) {
            foreach ($seen as $where => $text) {
                self::assertFalse(stripos($text, $form), "a secret, $name, is in $where");
            }
        }
    }
}
