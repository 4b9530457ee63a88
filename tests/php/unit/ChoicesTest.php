<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use Tests\Support\Php;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;

/** The lists of a product's settings page. */
final class ChoicesTest extends StubTestCase
{
    private const LISTS = [
        'nodes' => [['name' => 'pve1', 'online' => true], ['name' => 'pve2', 'online' => false]],
        'templates' => [['vmid' => 9000, 'name' => 'debian-12', 'node' => 'pve1']],
        'storages' => [
            ['id' => 'local', 'images' => true, 'backups' => true, 'shared' => false, 'nodes' => ['pve1', 'pve2']],
            ['id' => 'pbs', 'images' => false, 'backups' => true, 'shared' => true, 'nodes' => ['pve1']],
            ['id' => 'ssd', 'images' => true, 'backups' => false, 'shared' => false, 'nodes' => ['pve2']],
        ],
        'bridges' => [['name' => 'vmbr0', 'nodes' => ['pve1', 'pve2']]],
    ];

    protected function tearDown(): void
    {
        $_REQUEST = [];
    }

    public function testEveryFieldWithAListHasItsChoices(): void
    {
        $this->replyTo('list', self::LISTS);
        $server = $this->server();
        $expected = [
            'target_node' => ['auto' => 'auto: most free memory', 'pve1' => 'pve1', 'pve2' => 'pve2 (offline)'],
            'os_template' => [9000 => 'debian-12 (9000) on pve1'],
            'system_disk_storage' => [
                '' => 'as the template', 'local' => 'local (pve1, pve2)', 'ssd' => 'ssd (pve2)',
            ],
            'additional_disk_storage' => [
                '' => 'as the system disk', 'local' => 'local (pve1, pve2)', 'ssd' => 'ssd (pve2)',
            ],
            'bridge' => ['auto' => 'auto: from the address line', 'vmbr0' => 'vmbr0 (pve1, pve2)'],
            'backup_storage' => [
                '' => 'nowhere: no backups', 'local' => 'local (pve1, pve2)', 'pbs' => 'pbs (pve1)',
            ],
        ];
        $fields = array_filter(proxmoxkvm_ConfigOptions([]), static fn (array $field): bool => isset($field['Loader']));
        self::assertSame(array_keys($expected), array_keys($fields));
        foreach ($expected as $option => $choices) {
            self::assertSame($choices, Dispatcher::loader($option, $server), $option);
            // WHMCS calls a loader in simple mode, and for text fields only.
            self::assertSame(['text', true], [$fields[$option]['Type'], $fields[$option]['SimpleMode']], $option);
        }
        $asked = array_column($this->requests('list'), 'what');
        self::assertSame(['nodes', 'templates', 'storages', 'storages', 'bridges', 'storages'], $asked);
    }

    public function testWithoutAServerTheFirstOneIsAskedThatTheProductCouldBeOn(): void
    {
        $this->replyTo('list', self::LISTS);
        $this->server(['hostname' => 'off.example.net', 'disabled' => 1]);
        $this->server(['hostname' => 'cpanel.example.net', 'type' => 'cpanel']);
        $this->server(['hostname' => 'first.example.net']);
        $second = $this->server(['hostname' => 'second.example.net']);
        $third = $this->server(['hostname' => 'third.example.net']);
        Capsule::table('tblservergroupsrel')->insert([
            ['groupid' => 4, 'serverid' => 2], ['groupid' => 4, 'serverid' => $second],
            ['groupid' => 5, 'serverid' => $third],
        ]);
        $product = $this->whmcs->product();
        Capsule::table('tblproducts')->where('id', $product)->update(['servergroup' => 4]);

        proxmoxkvm_LoadTargetNode([]);
        proxmoxkvm_LoadTargetNode(['pid' => $product]);
        $_REQUEST = ['id' => (string) $product];
        proxmoxkvm_LoadTargetNode([]);
        // The group that the admin has just chosen and not saved yet.
        $_REQUEST['servergroup'] = '5';
        proxmoxkvm_LoadTargetNode([]);

        self::assertSame(
            ['first.example.net', 'second.example.net', 'second.example.net', 'third.example.net'],
            array_column(array_column($this->requests('list'), 'server'), 'hostname')
        );
    }

    public function testNoServerIsASentence(): void
    {
        $this->server(['disabled' => 1]);
        self::assertSame(
            'WHMCS has no enabled server of this module: add one first.',
            Dispatcher::loader('target_node', 0)
        );
    }

    public function testAClusterWithoutATemplateIsASentence(): void
    {
        $this->replyTo('list', ['templates' => []]);
        self::assertStringStartsWith(
            'Proxmox VE shows no template: convert',
            Dispatcher::loader('os_template', $this->server())
        );
    }

    public function testAFailureIsOneSentenceEscapedAndWithoutSecrets(): void
    {
        $server = $this->server(['password' => encrypt('tok/en=se cret')]);
        $message = 'No <way> in with tok/en=se cret.';
        $this->replyTo('list', ['ok' => false, 'code' => 'pve_login', 'message' => $message]);
        self::assertSame('No &lt;way&gt; in with ***.', Dispatcher::loader('target_node', $server));
        $logged = implode("\n", Capsule::table('tblmodulelog')->pluck('response')->all());
        self::assertStringContainsString('No <way> in', $logged);
        self::assertStringNotContainsString('se cret', $logged);
    }

    public function testAServerThatDoesNotAnswerIsAskedOnceForThePage(): void
    {
        $server = $this->server();
        $this->replyTo('list', ['ok' => false, 'code' => 'pve_unreachable', 'message' => 'Nobody is there.']);
        foreach (['target_node', 'os_template', 'bridge'] as $option) {
            self::assertSame('Nobody is there.', Dispatcher::loader($option, $server));
        }
        self::assertCount(1, $this->requests('list'));
    }

    public function testTextOfProxmoxIsShownHarmless(): void
    {
        $name = '<script>alert(1)</script>';
        $this->replyTo('list', ['templates' => [['vmid' => 9000, 'name' => $name, 'node' => 'pve1']]]);
        self::assertSame(
            [9000 => '&lt;script&gt;alert(1)&lt;/script&gt; (9000) on pve1'],
            Dispatcher::loader('os_template', $this->server())
        );
    }

    public function testAMissingLibraryIsASentenceAndLeavesTheSettingsAsTheyAre(): void
    {
        $front = dirname(__DIR__) . '/whmcs/front.php';
        $environment = ['PROXMOXKVM_LIBRARY' => '/nowhere.so'] + $this->whmcs->environment();
        $page = new Php([$front, 'load', (string) $this->server(), 'target_node'], $environment);
        self::assertStringStartsWith('The library /nowhere.so is missing', $page->answer()['result']);

        $forbidden = new Php(
            ['-d', 'ffi.enable=0', $front, 'load', (string) $this->server(), 'bridge'],
            ['PROXMOXKVM_LIBRARY' => (string) getenv('PROXMOXKVM_LIBRARY')] + $this->whmcs->environment()
        );
        self::assertStringStartsWith('FFI is switched off', $forbidden->answer()['result']);
    }

    /** Should an admin save the page all the same: a field that is not there would be emptied, a line cut short. */
    public function testWithoutALibraryThereIsAFieldForEachPlace(): void
    {
        $front = dirname(__DIR__) . '/whmcs/front.php';
        $environment = ['PROXMOXKVM_LIBRARY' => '/nowhere.so'] + $this->whmcs->environment();
        $fields = (new Php([$front, 'options'], $environment))->answer()['result'];
        self::assertCount(24, $fields);
        foreach ($fields as $field) {
            self::assertSame(['textarea', ''], [$field['Type'], $field['Default']]);
            self::assertStringStartsWith('The library /nowhere.so is missing', $field['Description']);
        }
    }

    /** Every server has a password of its own: what one answered is remembered for a page. */
    private function server(array $columns = []): int
    {
        return $this->whmcs->server($columns + ['password' => encrypt(bin2hex(random_bytes(8)))]);
    }
}
