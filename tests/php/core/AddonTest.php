<?php

declare(strict_types=1);

namespace Tests\Core;

use PDO;
use Tests\Support\CoreTestCase;
use Tests\Support\Php;
use WHMCS\Database\Capsule;

/** The addon module's pages on the real library, after real orders. */
final class AddonTest extends CoreTestCase
{
    public function testWhatTheListsShowAfterRealOrders(): void
    {
        $service = $this->ready();
        $stored = $this->assertReady($service);
        $overview = $this->page('overview', ['search' => $stored['domain']]);
        foreach (
            [">$stored[domain]<", ">$stored[vmid] on $stored[node]<", ">{$stored['addresses'][0]}<", '>Done<'] as $text
        ) {
            self::assertStringContainsString($text, $overview);
        }
        self::assertStringContainsString('last ended at', $overview);
        self::assertStringContainsString('Nothing was found.', $this->page('overview', ['status' => 'clone']));
        $pools = $this->page('pools');
        self::assertStringContainsString('IPv4: 1 leased, 30 of 31 free', $pools);
        self::assertStringContainsString(">{$stored['addresses'][0]}<", $pools);
        self::assertStringContainsString('Nothing needs attention.', $this->page('attention'));
        $tested = $this->press('servers', 'test', ['server' => 1]);
        self::assertStringContainsString('alert-success', $tested);
        self::assertStringContainsString((string) $this->simulator->about['token_id'], $tested);
    }

    public function testAServiceThatFailedIsRetriedByTheButton(): void
    {
        $service = $this->order(['os_template' => '9999']);
        self::assertStringContainsString('9999', Php::page($this->whmcs, 'create', $service)->answer()['result']);
        $listed = $this->page('attention');
        self::assertStringContainsString('the template 9999 does not exist', $listed);
        self::assertStringContainsString('Module Settings of the product', $listed, 'with advice');
        $again = $this->press('service', 'retry', [], $service);
        self::assertStringContainsString('still does not go on: the template 9999', $again);

        $template = (string) $this->simulator->about['template'];
        Capsule::table('tblproducts')->where('configoption2', '9999')->update(['configoption2' => $template]);
        $again = $this->press('service', 'retry', [], $service);
        self::assertStringContainsString('is now at: Ready', $again);
        Php::page($this->whmcs, 'cron')->answer();
        self::assertStringContainsString('Nothing needs attention.', $this->page('attention'));
        self::assertSame('ready', $this->stored($service)['status']);
        self::assertNotSame('', $this->whmcs->row($service)->dedicatedip);
    }

    public function testRedeployBuildsARunningVmAnew(): void
    {
        $service = $this->ready();
        $before = $this->assertReady($service);
        $said = $this->press('service', 'redeploy', ['confirm' => (string) $before['vmid']], $service);
        self::assertStringContainsString('is being built anew', $said);
        Php::page($this->whmcs, 'cron')->answer();
        $after = $this->assertReady($service);
        self::assertSame([$before['vmid'], $before['addresses']], [$after['vmid'], $after['addresses']]);
        $subjects = Capsule::table('tblemails')->orderBy('id')->pluck('subject')->all();
        self::assertSame('Your virtual machine {$service_domain} was reinstalled', end($subjects));
    }

    public function testAttachBindsAServiceToAVmOfItsOwn(): void
    {
        $service = $this->order();
        $this->simulator->pve()->request('POST', '/nodes/pve1/qemu?vmid=777&name=old&memory=512');
        self::assertStringContainsString('does not know this service yet', $this->page('service', ['id' => $service]));
        $said = $this->press('service', 'attach', ['vmid' => '777'], $service);
        self::assertStringContainsString("VM 777 is attached to service $service.", $said);
        self::assertSame(777, $this->stored($service)['vmid']);
        $other = $this->order();
        $said = $this->press('service', 'attach', ['vmid' => '777'], $other);
        self::assertStringContainsString('alert-danger', $said);
        self::assertStringContainsString("service $service", $said);
    }

    public function testAZoneConcernsTheServicesInIt(): void
    {
        $service = $this->ready();
        $zone = ['provider' => 'powerdns', 'zone' => 'example.net', 'ttl' => '300', 'secret' => 'k'];
        $zone += ['endpoint' => 'https://127.0.0.1:1'];
        $said = $this->press('zones', 'save_test', $zone);
        self::assertStringContainsString('Zone example.net is saved.', $said);
        self::assertMatchesRegularExpression('~example\.net</strong>: [^<]*127\.0\.0\.1~', $said);
        $page = $this->page('zones', ['delete' => '1', 'id' => '1']);
        self::assertStringContainsString('in this zone: 1', $page);
        self::assertStringContainsString(">#$service<", $page);
    }

    /** What a page costs with 10,000 services: printed, not judged. */
    public function testTenThousandServices(): void
    {
        $this->ready();
        $this->fill(10000);
        $pages = [
            'overview' => ['p' => '100'], 'overview with a search' => ['search' => 'vm777'], 'attention' => [],
            'pools' => [],
        ];
        foreach ($pages as $name => $query) {
            $times = [];
            foreach ([1, 2, 3] as $try) {
                $page = strtok($name, ' ');
                $html = $this->page($page, $query, $took);
                $times[] = $took;
            }
            self::assertStringContainsString('<table', $html, $name);
            fwrite(STDERR, sprintf("\n10,000 services, page %s: %.0f ms", $name, 1000 * min($times)));
        }
    }

    private function ready(): int
    {
        $service = $this->order();
        self::assertSame('success', Php::page($this->whmcs, 'create', $service)->answer()['result']);
        Php::page($this->whmcs, 'cron')->answer();

        return $service;
    }

    /** @param array<string, int|string> $query */
    private function page(string $page, array $query = [], ?float &$seconds = null): string
    {
        return $this->visit([['page' => $page] + array_map(strval(...), $query)], $seconds);
    }

    /** @param array<string, int|string> $form */
    private function press(string $page, string $button, array $form, int $id = 0): string
    {
        $form = ['act' => $button, 'token' => 'the-token'] + array_map(strval(...), $form);

        return $this->visit([['page' => $page, 'id' => (string) $id], $form]);
    }

    /** @param list<array<string, string>> $arguments of the stand-in's page */
    private function visit(array $arguments, ?float &$seconds = null): string
    {
        $answer = Php::page($this->whmcs, 'addon', 0, json_encode($arguments))->answer();
        $seconds = (float) $answer['seconds'];

        return $answer['result'];
    }

    /** Rows as the core's store has them. */
    private function fill(int $services): void
    {
        $store = new PDO("sqlite:{$this->whmcs->store}");
        [$body, $address] = $store->query('SELECT s.body, a.body FROM services s JOIN addresses a ON a.service = s.id')
            ->fetch(PDO::FETCH_NUM);
        $store->beginTransaction();
        $service = $store->prepare('INSERT INTO services (id, server, status, vmid, body, created_at, updated_at)'
            . " VALUES (?, 1, 'ready', ?, ?, 0, 0)");
        $lease = $store->prepare('INSERT INTO addresses VALUES (?, ?, 1, 0, ?, 0)');
        $whmcs = [];
        for ($id = 1000; $id < 1000 + $services; $id++) {
            $own = ['name' => "vm$id", 'domain' => "vm$id.example.net"] + json_decode($body, true);
            if ($id % 100 === 0) {
                $own['trouble'] = ['code' => 'storage_full', 'message' => 'no room', 'retry' => false, 'at' => 0];
            }
            $service->execute([$id, 10000 + $id, json_encode($own)]);
            $ip = long2ip(ip2long('198.18.0.0') + $id);
            $lease->execute([$ip, $id, json_encode(['ip' => $ip] + json_decode($address, true))]);
            $whmcs[] = ['id' => $id, 'userid' => 1, 'packageid' => 1, 'server' => 1];
        }
        $store->commit();
        foreach (array_chunk($whmcs, 200) as $rows) {
            Capsule::table('tblhosting')->insert($rows);
        }
    }
}
