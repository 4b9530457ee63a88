<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\AddonTestCase;
use Tests\Support\HttpsServer;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\SetUp\Published;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** The steps from the activated addon to a VM that is sold: what each says, and what its button does. */
final class SetUpPageTest extends AddonTestCase
{
    private const LISTS = [
        'nodes' => [['name' => 'pve1', 'online' => true], ['name' => 'pve2', 'online' => false]],
        'templates' => [['vmid' => 9000, 'name' => 'debian-12', 'node' => 'pve1']],
        'storages' => [['id' => 'fast', 'images' => true], ['id' => 'backups', 'images' => false]],
    ];

    public function testItBeginsWithAServerEntry(): void
    {
        $page = $this->page('setup');
        self::assertSame(
            ['Server entry missing', 'Cron missing', 'Doctor missing', 'First order missing'],
            self::steps($page)
        );
        self::assertStringContainsString('href="configservers.php?action=manage"', $page);
        $this->press('setup', 'login', ['password' => 'secret']);
        self::assertSame([], $this->requests('set_up_login'));
    }

    /** Root's password is in one request and nowhere else; the token is where WHMCS keeps it. */
    public function testRootsPasswordMakesTheTokenAndIsKeptNowhere(): void
    {
        $this->entry();
        $page = $this->page('setup');
        self::assertSame(
            ['Server entry done', 'API token missing', 'Cron missing', 'Doctor missing', 'First order missing'],
            self::steps($page)
        );
        self::assertStringContainsString('type="password"', $page);
        $this->replyTo('set_up_login', ['token' => 'whmcs@pve!module', 'secret' => 'the-secret', 'did' => ['made it']]);
        $this->replyTo('list', self::LISTS);
        $boxes = '/<input type="checkbox" name="role_(\w+)" value="1" checked>/';
        self::assertSame(2, preg_match_all($boxes, $page, $roles), 'optional roles, ticked at first');
        self::assertSame(['WHMCSMore', 'WHMCSTemplates'], $roles[1]);
        $done = $this->press('setup', 'login', ['username' => 'root@pam', 'password' => 'hunter2&"',
            'role_WHMCSTemplates' => '1']);
        self::assertTrue(self::isGood($done), self::message($done));
        [$asked] = $this->requests('set_up_login');
        self::assertSame(['root@pam', 'hunter2&"'], [$asked['server']['username'], $asked['server']['password']]);
        self::assertSame(['WHMCSTemplates'], $asked['roles'], 'one was unticked');
        $row = Capsule::table('tblservers')->first();
        self::assertSame(['whmcs@pve!module', 'the-secret'], [$row->username, decrypt($row->password)]);
        self::assertContains('API token done', self::steps($done));
        $kept = json_encode([Capsule::table('tblservers')->get(), Capsule::table('tblactivitylog')->get(),
            Capsule::table('tblmodulelog')->get(), $_SESSION], JSON_THROW_ON_ERROR) . $done;
        foreach (['hunter2', 'the-secret'] as $secret) {
            self::assertStringNotContainsString($secret, $kept);
        }
    }

    public function testACertificateThatNobodySignedIsComparedFirst(): void
    {
        $this->entry();
        $fingerprint = implode(':', array_fill(0, 32, 'AB'));
        $this->replyTo('set_up_login', ['ok' => false, 'code' => 'pve_untrusted',
            'message' => "Nobody signed it: its SHA-256 fingerprint is $fingerprint"]);
        $refused = $this->press('setup', 'login', ['password' => 'hunter2']);
        self::assertStringContainsString($fingerprint, self::message($refused));
        self::assertStringContainsString('>It is this server&#039;s: trust it</button>', $refused);
        self::assertFalse(self::isGood($this->press('setup', 'trust', ['fingerprint' => str_repeat('0', 64)])));
        self::assertSame('', Capsule::table('tblservers')->value('accesshash'), 'not the one that was seen');
        $this->press('setup', 'login', ['password' => 'hunter2']);
        Capsule::table('tblservers')->update(['accesshash' => "fingerprint=00\nendpoints=192.0.2.9"]);
        self::assertTrue(self::isGood($this->press('setup', 'trust', ['fingerprint' => $fingerprint])));
        $lines = Capsule::table('tblservers')->value('accesshash');
        self::assertSame("endpoints=192.0.2.9\nfingerprint=$fingerprint", $lines);
    }

    public function testAnImageBecomesATemplateStepByStep(): void
    {
        $this->whmcs->server();
        $this->replyTo('list', ['templates' => []] + self::LISTS);
        $page = $this->page('setup');
        self::assertContains('Template missing', self::steps($page));
        self::assertStringContainsString('<option value="debian-12"', $page);
        self::assertStringContainsString('<option value="pve1"', $page);
        self::assertStringNotContainsString('<option value="pve2"', $page);
        self::assertStringNotContainsString('<option value="backups"', $page);
        $reply = ['stage' => 'downloading', 'vmid' => 9001, 'task' => 'UPID:x', 'node' => 'pve1'];
        $this->replyTo('build_template', $reply);
        $own = ['image' => '', 'node' => 'pve1', 'url' => 'https://example.net/a.qcow2', 'name' => 'own',
            'checksum' => str_repeat('ab', 32)];
        $begun = $this->press('setup', 'template', $own);
        self::assertStringContainsString('Template 9001: the node downloads the image', self::message($begun));
        self::assertStringContainsString('>Look again</button>', $begun);
        self::assertStringNotContainsString('>Make a template</button>', $begun);
        // What failed on the way is tried again by the next press.
        $this->replyTo('build_template', ['ok' => false, 'code' => 'pve_unreachable', 'message' => 'silent']);
        self::assertSame('silent', self::message($this->press('setup', 'look')));
        $this->replyTo('build_template', ['stage' => 'done', 'task' => null] + $reply);
        $this->replyTo('list', self::LISTS);
        $done = $this->press('setup', 'look');
        self::assertSame('The template 9001 is there.', self::message($done));
        self::assertContains('Template done', self::steps($done));
        [$first, , $third] = array_map(
            static fn (array $one): array => array_diff_key($one, ['server' => 0]),
            $this->requests('build_template')
        );
        self::assertEquals(array_filter($own), array_intersect_key($first, $own));
        self::assertEquals($first + ['vmid' => 9001, 'task' => 'UPID:x'], $third);
        self::assertFalse(self::isGood($this->press('setup', 'look')), 'nothing is waited for any more');
    }

    public function testATaskThatFailedIsBegunAnewAndEachEntryHasItsOwnTemplate(): void
    {
        $this->whmcs->server();
        $other = $this->whmcs->server(['name' => 'second']);
        $this->replyTo('list', ['templates' => []] + self::LISTS);
        self::assertStringContainsString("server=$other", $this->page('setup'), 'a link to the other entry');
        $reply = ['stage' => 'downloading', 'vmid' => 9001, 'task' => 'UPID:x', 'node' => 'pve1'];
        $this->replyTo('build_template', $reply);
        $own = ['image' => '', 'node' => 'pve1', 'url' => 'https://example.net/a.qcow2', 'name' => 'own',
            'checksum' => str_repeat('ab', 32)];
        $begun = $this->press('setup', 'template', $own, ['server' => $other]);
        self::assertStringContainsString('>Look again</button>', $begun, 'the page goes on with the same entry');
        self::assertStringNotContainsString('>Look again</button>', $this->page('setup'));
        self::assertFalse(self::isGood($this->press('setup', 'look')), 'the first entry waits for none');
        $this->replyTo('build_template', ['ok' => false, 'code' => 'task_failed', 'message' => 'no space']);
        self::assertSame('no space', self::message($this->press('setup', 'look', [], ['server' => $other])));
        $this->replyTo('build_template', $reply);
        $this->press('setup', 'look', [], ['server' => $other]);
        $tasks = array_map(
            static fn (array $one): array => [$one['server']['id'], $one['task'] ?? null],
            $this->requests('build_template')
        );
        self::assertSame([[$other, null], [$other, 'UPID:x'], [$other, null]], $tasks);
    }

    /** What the maker's server sends may be anything: it is a text of some lines, or a sentence says what it is. */
    public function testTheChecksumsOfAnImageMayBeAnything(): void
    {
        $list = str_repeat('ab', 32) . "  debian-12.qcow2\n";
        $server = new HttpsServer([
            '/SHA256SUMS' => [200, $list],
            '/moved' => [302, '', 'Location: /SHA256SUMS'],
            '/plain' => [302, '', 'Location: http://127.0.0.1:1/SHA256SUMS'],
            '/round' => [302, '', 'Location: /round'],
            '/html' => [200, '<html><body>Welcome</body></html>'],
            '/large' => [200, str_repeat('0123456789abcdef', 10 << 16)],
            '/image' => [200, "QFI\xfb\x00\xff\xfe"],
            '/broken' => [500, $list],
        ]);
        $ask = static function (string $path) use ($server): string {
            try {
                return Published::at($server->url . $path, [CURLOPT_CAINFO => $server->certificate]);
            } catch (Unavailable $error) {
                return $error->getMessage();
            }
        };
        self::assertSame([$list, $list], [$ask('/SHA256SUMS'), $ask('/moved')]);
        // Whether the image is in it, the core looks: a page is a list without it.
        self::assertStringStartsWith('<html>', $ask('/html'));
        $wrong = ['/none' => '404', '/broken' => '500', '/large' => 'longer than any list of checksums',
            '/image' => 'it is no text', '/plain' => 'rotocol', '/round' => 'redirect'];
        foreach ($wrong as $path => $why) {
            $said = $ask($path);
            self::assertStringStartsWith("The checksums at $server->url$path could not be read: ", $said);
            self::assertStringContainsString($why, $said, $path);
        }
        try {
            Published::at("$server->url/SHA256SUMS");
            self::fail('nobody knows who signed its certificate');
        } catch (Unavailable $error) {
            self::assertStringContainsString('certificate', $error->getMessage());
        }
        $this->expectException(Unavailable::class);
        Published::at(str_replace('https:', 'http:', $server->url) . '/SHA256SUMS');
    }

    public function testAProductGetsItsTemplateAndIsSetUpByItself(): void
    {
        $this->whmcs->server();
        $product = $this->whmcs->product();
        Capsule::table('tblproducts')->update(['autosetup' => '']);
        $this->replyTo('list', self::LISTS);
        $this->replyTo('pools', ['sums' => ['4' => ['free' => 20], '6' => ['free' => 3]]]);
        $page = $this->page('setup');
        self::assertContains('Product missing', self::steps($page));
        self::assertContains('Addresses done', self::steps($page));
        self::assertStringContainsString('23 are free.', $page);
        $options = array_fill(0, 24, '');
        $this->replyTo('product_form', ['right' => false, 'options' => $options, 'fields' => []]);
        self::assertFalse(self::isGood($this->press('setup', 'product', ['product' => $product, 'template' => 9000])));
        self::assertSame('', Capsule::table('tblproducts')->value('autosetup'), 'nothing is half done');
        $options[1] = '9000';
        $this->replyTo('product_form', ['right' => true, 'options' => $options,
            'fields' => [['key' => 'os_template', 'value' => '9000']]]);
        $done = $this->press('setup', 'product', ['product' => $product, 'template' => 9000]);
        self::assertTrue(self::isGood($done), self::message($done));
        $row = Capsule::table('tblproducts')->first();
        self::assertSame(['9000', 'payment'], [$row->configoption2, $row->autosetup]);
        self::assertContains('Product done', self::steps($done));
        $asked = array_column($this->requests('product_form'), 'values');
        self::assertContains(['os_template' => '9000'], $asked);
    }

    /** From nothing: no product, no group of products, no group of servers. */
    public function testAProductIsMadeByAButton(): void
    {
        $server = $this->whmcs->server();
        $this->replyTo('list', self::LISTS);
        $page = $this->page('setup');
        self::assertContains('Product missing', self::steps($page));
        self::assertStringContainsString('<option value="0" selected>a new one: Virtual servers</option>', $page);
        $options = array_fill(0, 24, '');
        $options[1] = '9000';
        $this->replyTo('product_form', ['right' => true, 'options' => $options,
            'fields' => [['key' => 'os_template', 'value' => '9000']]]);
        $form = ['name' => ' R&D <VPS> ', 'group' => 0, 'template' => 9000];
        foreach ([['name' => ' '] + $form, ['template' => 0] + $form] as $wrong) {
            self::assertFalse(self::isGood($this->press('setup', 'sell', $wrong)));
        }
        self::assertSame(0, Capsule::table('tblproducts')->count());
        $done = $this->press('setup', 'sell', $form);
        self::assertTrue(self::isGood($done), self::message($done));
        self::assertStringContainsString('R&amp;D &lt;VPS&gt; was made, hidden and free', $done);
        $row = Capsule::table('tblproducts')->first();
        self::assertSame(
            ['server', 'proxmoxkvm', 'payment', 'free', 1, '9000'],
            [$row->type, $row->servertype, $row->autosetup, $row->paytype, $row->hidden, $row->configoption2]
        );
        $group = Capsule::table('tblservergroupsrel')->first();
        self::assertSame([$row->servergroup, $server], [$group->groupid, $group->serverid]);
        self::assertSame('Virtual servers', Capsule::table('tblproductgroups')->where('id', $row->gid)->value('name'));
        self::assertContains('Product done', self::steps($done));
        // The form sent twice, or the button back.
        self::assertFalse(self::isGood($this->press('setup', 'sell', $form)));
        self::assertSame(1, Capsule::table('tblproducts')->count());
        $other = $this->press('setup', 'sell', ['name' => 'Other', 'group' => $row->gid] + $form);
        self::assertTrue(self::isGood($other), self::message($other));
        self::assertSame(1, Capsule::table('tblproductgroups')->count());
        self::assertSame(1, Capsule::table('tblservergroups')->count());
    }

    public function testWhatIsAllDoneSaysSo(): void
    {
        $this->whmcs->server();
        $this->whmcs->product();
        Dispatcher::cron();
        $this->replyTo('list', self::LISTS);
        $this->replyTo('pools', ['sums' => ['4' => ['free' => 1]]]);
        $this->replyTo('product_form', ['right' => true, 'options' => [],
            'fields' => [['key' => 'os_template', 'value' => '9000']]]);
        $this->replyTo('overview', ['counts' => ['removed' => 1]]);
        $_SESSION['proxmoxkvm_doctor'] = 0;
        foreach (self::steps($this->page('setup')) as $step) {
            self::assertStringEndsWith(' done', $step);
        }
        // A server that does not answer hides no step.
        $this->replyTo('list', ['ok' => false, 'code' => 'pve_unreachable', 'message' => 'silent']);
        $steps = self::steps($this->page('setup'));
        self::assertCount(8, $steps);
        self::assertContains('Template missing', $steps);
    }

    /** With a host name, and no login yet. */
    private function entry(): void
    {
        $this->whmcs->server(['username' => '', 'password' => '']);
    }

    /** @return list<string> title and state of each */
    private static function steps(string $html): array
    {
        preg_match_all('~<h2 class="h4">\d+\. (.*?)</h2>~s', $html, $found);

        return array_map(static fn (string $title): string => trim(strip_tags($title)), $found[1]);
    }
}
