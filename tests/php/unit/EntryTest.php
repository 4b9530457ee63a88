<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use StandIn\Hooks;
use StandIn\ParamsBuilder;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

/** What WHMCS gets back, and what is logged. */
final class EntryTest extends StubTestCase
{
    public function testARefusalIsEscapedTextAndGoesToTheModuleQueue(): void
    {
        $service = $this->service();
        $this->replyTo('create', ['ok' => false, 'code' => 'x', 'message' => 'No <free> "address".', 'retry' => false]);

        $text = 'No &lt;free&gt; &quot;address&quot;.';
        self::assertSame($text, Dispatcher::run('create', $service));
        self::assertSame('Pending', $this->whmcs->row($service)->domainstatus);
        self::assertSame($text, Capsule::table('tblmodulequeue')->value('last_attempt_error'));
    }

    public function testAReplyThatIsNoJsonIsASentence(): void
    {
        file_put_contents($this->whmcs->directory . '/create.reply', '<html>"ok":true');
        self::assertStringStartsWith(
            'The reply of the core to &quot;create&quot;',
            Dispatcher::run('create', $this->service())
        );
    }

    public function testNoSecretReachesTheModuleLogInAnyForm(): void
    {
        $secrets = ["gu/e+st \"p\u{e4}ss\" & 'x'", 'tok/en=se cret<1>', 'dns-tok+en/"1"', 'mis+spelt', 'without/sign'];
        $server = $this->whmcs->server([
            'password' => encrypt($secrets[1]),
            'accesshash' => "fingerprint=AB:CD\ncloudflare_token = {$secrets[2]}\ntokn={$secrets[3]}\n{$secrets[4]}",
        ]);
        $service = $this->whmcs->service($this->whmcs->product(), $server, ['password' => encrypt($secrets[0])]);
        $forms = [];
        foreach ($secrets as $secret) {
            array_push($forms, $secret, urlencode($secret), rawurlencode($secret), base64_encode($secret));
            array_push($forms, substr((string) json_encode($secret), 1, -1));
            array_push($forms, substr((string) json_encode($secret, 320), 1, -1));
        }
        foreach (['', 'not '] as $ok) {
            $this->replyTo('create', ['ok' => $ok === '', 'message' => implode(' | ', $forms), 'code' => 'x']);
            $shown = Dispatcher::run('create', $service);
            foreach ($forms as $form) {
                self::assertStringNotContainsString($form, $shown . implode("\n", $this->everythingLogged()));
            }
        }
        self::assertSame(2, Capsule::table('tblmodulelog')->count());
        self::assertStringContainsString('fingerprint=AB:CD', implode("\n", $this->everythingLogged()));
        self::assertSame($secrets[0], $this->requests('create')[0]['service']['password']);
    }

    /** What the fields of a server entry are not for is typed into them all the same. */
    public function testASecretInAFieldThatIsNotOneIsNotLogged(): void
    {
        $this->assertNotLogged('8dcb7d3a-5f2e-4c1b-9a76-hunter2', []);
        // As Proxmox VE makes them, it could be a host, a part of a fingerprint or of an address.
        $secret = '8dcb7d3a-5f2e-4c1b-9a76-0123456789ab';
        $this->assertNotLogged($secret, [
            ['hostname' => $secret],
            ['hostname' => "https://$secret:8006/"],
            ['hostname' => '', 'ipaddress' => $secret],
            ['port' => "$secret:8006"],
            ['accesshash' => "fingerprint=$secret\nca=$secret\nendpoints=pve2,$secret"],
            ['assignedips' => "vmbr0|0|$secret|24|192.0.2.1|192.0.2.1\n$secret|0|192.0.2.9|24|192.0.2.1|"],
        ]);
    }

    /** @param list<array<string, string>> $more fields of server entries, beside the usual */
    private function assertNotLogged(string $secret, array $more): void
    {
        $cases = [
            ['username' => "root@pam!whmcs=$secret"],
            ['username' => $secret],
            ['username' => "root@pam:$secret"],
            ['hostname' => "https://root:$secret@pve1.example.net:8006/"],
            ['hostname' => "https://pve1.example.net/?token=$secret"],
            ['hostname' => '', 'ipaddress' => "root:$secret@192.0.2.1"],
            ['port' => $secret],
            ['accesshash' => $secret],
            ['accesshash' => "# $secret\n$secret=\nendpoints=pve2,root:$secret@pve3"],
            ['assignedips' => "$secret\nvmbr0|0|$secret|24|192.0.2.1|192.0.2.1\n# $secret"],
        ];
        foreach ([...$cases, ...$more] as $fields) {
            $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server($fields));
            $this->replyTo('create', ['ok' => false, 'code' => 'x', 'message' => 'no', 'retry' => false]);
            $shown = Dispatcher::run('create', $service) . implode("\n", $this->everythingLogged());
            self::assertStringNotContainsString('8dcb7d3a', $shown, json_encode($fields));
            self::assertStringNotContainsString('hunter2', $shown, json_encode($fields));
        }
        self::assertStringContainsString('vmbr0|0|192.0.2.', implode("\n", $this->everythingLogged()));
    }

    public function testAShortSecretGarblesNoSentenceAndIsNotLogged(): void
    {
        $sentence = 'no node of the server entry could be reached: pve1:8006: connection refused, pass pass1 word-pass';
        $masked = str_replace(['pass ', '-pass'], ['*** ', '-***'], $sentence);
        $cases = ['o' => $sentence, 'pve' => $sentence, 'pas' => $sentence, 'pass' => $masked];
        foreach ($cases as $password => $expected) {
            $server = $this->whmcs->server(['password' => encrypt($password)]);
            $service = $this->whmcs->service($this->whmcs->product(), $server, ['password' => encrypt($password)]);
            $this->replyTo('create', ['ok' => false, 'code' => 'x', 'message' => $sentence, 'retry' => false]);
            self::assertSame($expected, Dispatcher::run('create', $service), $password);
            $row = Capsule::table('tblmodulelog')->orderByDesc('id')->first();
            self::assertStringContainsString($expected, $row->response);
            $request = json_decode($row->request, true);
            self::assertSame(['***', '***'], [$request['service']['password'], $request['server']['password']]);
        }
    }

    public function testTheNoteOfATerminationIsAddedOnce(): void
    {
        $service = $this->service();
        Capsule::table('tblhosting')->where('id', $service)->update(['notes' => 'A good client.']);
        $this->replyTo('terminate', ['outbox' => [
            ['id' => 2, 'kind' => 'write_back', 'service' => $service,
                'note' => '2026-11-22: VM 105 on pve1, 192.0.2.10'],
        ]]);
        Dispatcher::run('terminate', $service);
        Dispatcher::run('terminate', $service);

        $row = $this->whmcs->row($service);
        self::assertSame("A good client.\n2026-11-22: VM 105 on pve1, 192.0.2.10", $row->notes);
        self::assertSame('Terminated', $row->domainstatus);
    }

    public function testAServiceWithoutServerIsSaid(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), 0);
        self::assertStringContainsString('No server is assigned', Dispatcher::run('create', $service));
        self::assertSame([], $this->requests('create'));
    }

    public function testAHookMayAbortACommand(): void
    {
        add_hook('PreModuleCreate', 1, static fn (): array => ['abortcmd' => true]);
        try {
            self::assertNotSame('success', Dispatcher::run('create', $this->service()));
        } finally {
            Hooks::clear('PreModuleCreate');
        }
        self::assertSame([], $this->requests('create'));
    }

    public function testTheConnectionTestReportsBadAddressLines(): void
    {
        $server = $this->whmcs->server();
        $reply = ['version' => '9.1', 'login' => 'root@pam!whmcs', 'warnings' => [], 'nodes' => ['pve1']];
        $this->replyTo('test_connection', $reply + ['address_lines' => ['ok' => 1, 'bad' => []]]);
        self::assertSame(['success' => true, 'error' => ''], Dispatcher::testConnection($server));

        $bad = [['line' => 2, 'reason' => '"192.0.2" is no address']];
        $this->replyTo('test_connection', $reply + ['address_lines' => ['ok' => 1, 'bad' => $bad]]);
        self::assertSame([
            'success' => false,
            'error' => 'The connection works (Proxmox VE 9.1, login root@pam!whmcs), but:'
                . ' Address line 2: &quot;192.0.2&quot; is no address.',
        ], Dispatcher::testConnection($server));
    }

    public function testTheConnectionTestOfAnUnsavedFormFindsTheAddressLines(): void
    {
        $params = ['serverhostname' => 'pve1DOTexampleDOTnet'] + ParamsBuilder::server($this->whmcs->server());
        $this->replyTo('test_connection', ['address_lines' => ['ok' => 1, 'bad' => []]]);
        unset($params['serverid']);
        proxmoxkvm_TestConnection($params);

        [$request] = $this->requests('test_connection');
        self::assertSame('pve1.example.net', $request['server']['hostname']);
        self::assertStringStartsWith('vmbr0|0|', $request['server']['assigned_ips']);
    }

    private function service(): int
    {
        return $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
    }
}
