<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Doctor\Doctor;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/** The doctor: green where all is right, and one sentence for each thing that is not. */
final class DoctorTest extends StubTestCase
{
    private const CONNECTED = ['version' => '9.0', 'login' => 'root@pam!whmcs', 'trust' => 'fingerprint',
        'warnings' => [], 'endpoints' => [], 'missing' => [], 'address_lines' => ['ok' => 1, 'bad' => []]];
    private const GUEST = ['vmid' => 9000, 'name' => 'debian', 'template' => true, 'cloudinit_drive' => true,
        'agent' => true];
    private const LISTS = ['nodes' => [['name' => 'pve1']], 'storages' => [['id' => 'local']],
        'bridges' => [['name' => 'vmbr0']]];

    protected function setUp(): void
    {
        parent::setUp();
        $this->whmcs->server();
        $this->whmcs->product(['os_template' => '9000', 'target_node' => 'pve1', 'bridge' => 'vmbr0', 'vlan' => '0']);
        touch($this->whmcs->store);
        chmod($this->whmcs->store, 0600);
        CronRuns::ended();
        $this->replyTo('test_connection', self::CONNECTED);
        $this->replyTo('list', self::LISTS + ['guests' => [self::GUEST]]);
        defined('PROXMOXKVM_HOOKS') || define('PROXMOXKVM_HOOKS', true);
    }

    public function testAllIsWell(): void
    {
        // The stub is no archive: that nothing is listed is the one warning.
        self::assertSame(['warning' => ['lib/native/SHA256SUMS is missing']], $this->problems('is missing'));
        $said = self::texts(Doctor::findings());
        self::assertStringContainsString('The library works: version', $said);
        self::assertStringContainsString('Proxmox VE 9.0, login root@pam!whmcs', $said);
        self::assertStringContainsString('template debian (9000) with cloud-init drive and guest agent', $said);
        self::assertSame(1, Doctor::status(Doctor::findings()));
        self::assertSame(0, Doctor::status([Finding::good('a', 'b')]));
        self::assertSame(2, Doctor::status([Finding::warning('a', 'b'), Finding::bad('a', 'b')]));
    }

    /**
     * @dataProvider faults
     * @param callable(self): void $break
     */
    public function testWhatIsWrongIsSaid(callable $break, string $level, string $sentence): void
    {
        $break($this);
        self::assertStringContainsString($sentence, implode("\n", $this->problems()[$level] ?? []));
        self::assertSame($level === 'bad' ? 2 : 1, Doctor::status(Doctor::findings()));
    }

    /** @return iterable<string, array{callable(self): void, string, string}> */
    public function faults(): iterable
    {
        $option = static fn (int $n, string $value): callable => static function () use ($n, $value): void {
            Capsule::table('tblproducts')->update(["configoption$n" => $value]);
        };
        $reply = static fn (string $verb, array $reply): callable => static function (self $test) use ($verb, $reply) {
            $test->replyTo($verb, $reply);
        };
        $missing = ['missing' => [['path' => '/vms', 'privileges' => ['VM.Clone'], 'for' => null]]];
        $optional = ['missing' => [['path' => '/vms', 'privileges' => ['VM.Backup'], 'for' => 'backups']]];
        $badLine = ['address_lines' => ['ok' => 1, 'bad' => [['line' => 2, 'reason' => 'no gateway']]]];
        $refused = ['ok' => false, 'code' => 'pve_unauthorized', 'message' => 'The login is wrong.'];
        yield 'login' => [$reply('test_connection', $refused), 'bad', 'The login is wrong.'];
        yield 'privilege' => [$reply('test_connection', $missing + self::CONNECTED), 'bad', 'lacks VM.Clone on /vms'];
        yield 'for backups' => [$reply('test_connection', $optional + self::CONNECTED), 'warning', 'VM.Backup'];
        yield 'address line' => [$reply('test_connection', $badLine + self::CONNECTED), 'bad', 'no gateway'];
        $none = ['address_lines' => ['ok' => 0, 'bad' => []]];
        yield 'no lines' => [$reply('test_connection', $none + self::CONNECTED), 'warning', 'No usable address line'];
        $insecure = ['trust' => 'insecure'];
        yield 'TLS' => [$reply('test_connection', $insecure + self::CONNECTED), 'warning', 'insecure=1'];
        yield 'node' => [$option(1, 'pve7'), 'bad', 'Target node names pve7'];
        yield 'storage' => [$option(4, 'gone'), 'bad', 'names gone'];
        yield 'bridge' => [$option(13, 'vmbr9'), 'bad', 'names vmbr9'];
        $gone = ['name' => 'docker', 'volume' => 'local:snippets/docker.yaml', 'missing' => ['pve2'], 'unseen' => []];
        $said = $reply('list', self::LISTS + ['guests' => [self::GUEST], 'applications' => [$gone]]);
        yield 'application' => [$said, 'warning', 'docker.yaml, which these nodes have not got: pve2'];
        $given = ['missing' => [], 'given' => true] + $gone;
        $said = $reply('list', self::LISTS + ['guests' => [self::GUEST], 'applications' => [$given]]);
        yield 'given application' => [$said, 'warning', 'whoever rebuilds has it for nothing'];
        $hidden = ['missing' => [], 'unseen' => ['pve1', 'pve2']] + $gone;
        $said = $reply('list', self::LISTS + ['guests' => [self::GUEST], 'applications' => [$hidden]]);
        yield 'unseen application' => [$said, 'warning', 'cannot be seen: pve1, pve2'];
        $guest = ['refusal' => 'Proxmox VE would not start the VM: numa0'] + self::GUEST;
        $said = $reply('list', self::LISTS + ['guests' => [$guest]]);
        yield 'refused' => [$said, 'bad', 'would not start the VM: numa0'];
        $guest = ['refusal' => null, 'warnings' => ['net1: stays']] + self::GUEST;
        yield 'warned' => [$reply('list', self::LISTS + ['guests' => [$guest]]), 'warning', '(9000): net1: stays'];
        yield 'template' => [$reply('list', self::LISTS + ['guests' => []]), 'bad', 'no template 9000'];
        $bare = ['cloudinit_drive' => false] + self::GUEST;
        $noDrive = $reply('list', self::LISTS + ['guests' => [$bare]]);
        yield 'cloud-init' => [$noDrive, 'warning', 'qm set 9000 --ide2 local-lvm:cloudinit'];
        yield 'no server' => [static fn () => Capsule::table('tblservers')->delete(), 'bad', 'no enabled server'];
        yield 'no product' => [static fn () => Capsule::table('tblproducts')->delete(), 'bad', 'No product uses'];
        $open = static fn (self $test) => chmod($test->whmcs->store, 0644);
        yield 'open store' => [$open, 'warning', 'chmod go= '];
        $late = static fn () => Capsule::table(CronRuns::TABLE)->update(['ended' => time() - 3600]);
        yield 'cron' => [$late, 'bad', 'more than 15 minutes ago'];
        $second = static fn () => Capsule::table(CronRuns::TABLE)
            ->insert(['machine' => 'web2', 'ended' => time() - 3600]);
        yield 'the cron of one machine' => [$second, 'warning', 'more than 15 minutes ago'];
        yield 'a file for several machines' => [$second, 'warning', ', web2, and the store'];
        $never = static fn () => Capsule::table(CronRuns::TABLE)->delete();
        yield 'no cron' => [$never, 'warning', 'has not run to its end yet'];
        $off = static fn (self $test) => $test->replyTo('due', ['ok' => false, 'code' => 'store_newer',
            'message' => 'Install the newer version again.']);
        $damaged = ['ok' => false, 'code' => 'store_damaged', 'message' => 'The store is damaged.'];
        yield 'damaged store' => [$reply('look_through', $damaged), 'bad', 'The store is damaged.'];
        yield 'large store' => [$reply('look_through', ['whole' => false]), 'warning', 'only a part'];
        $change = ['address_change' => ['from' => 'old.com', 'to' => 'new.com', 'at' => 1795359845.5]];
        yield 'another address' => [$reply('installation', $change), 'warning', 'the address old.com, and since 2026'];
        yield 'store' => [$off, 'bad', 'Install the newer version again.'];
    }

    /** As other modules name them: what the customer pays for does nothing. */
    public function testOptionsThatTheModuleDoesNotKnowAreSaid(): void
    {
        $this->replyTo('list', self::LISTS + ['guests' => [self::GUEST], 'misnamed' => [
            ['name' => 'memory', 'meant' => null], ['name' => 'cpu coers', 'meant' => 'CPU Cores'],
        ]]);
        $group = Capsule::table('tblproductconfiggroups')->insertGetId(['name' => 'g', 'description' => '']);
        Capsule::table('tblproductconfiglinks')->insert(['gid' => $group, 'pid' => 1]);
        foreach (['Memory', 'CPU Coers|Processors', 'Managed support'] as $name) {
            Capsule::table('tblproductconfigoptions')
                ->insert(['gid' => $group, 'optionname' => $name, 'optiontype' => 4]);
        }
        $said = implode("\n", $this->problems()['warning']);
        self::assertStringContainsString('options memory, cpu coers (CPU Cores?) of this product', $said);
        [$asked] = array_column($this->requests('list'), 'names');
        self::assertEqualsCanonicalizing(['memory', 'cpu coers', 'managed support'], $asked);
        $links = [];
        foreach (Doctor::findings() as $finding) {
            $links[$finding->link] = $finding->text;
        }
        self::assertStringContainsString('cpu coers', $links['configproductoptions.php'] ?? '');
    }

    /** The worst stands first, and each has the page that mends it. */
    public function testWhatWhmcsDoesWithAnOrderIsLookedAtToo(): void
    {
        Capsule::table('tblproducts')->update(['autosetup' => '', 'welcomeemail' => '7', 'type' => 'hostingaccount',
            'configoption18' => 'on with anti-spoofing', 'configoption1' => 'pve9',
            'configoption24' => "onboot = on\r\nSSH_key_required = on"]);
        $this->replyTo('list', self::LISTS + ['guests' => [self::GUEST], 'firewall' => ['datacenter' => false]]);
        $findings = Doctor::findings();
        $levels = array_column(array_map(static fn (Finding $one): array => $one->row(), $findings), 'level');
        self::assertSame('bad', $levels[0]);
        self::assertSame(['bad', 'warning', 'good'], array_values(array_unique($levels)));
        $texts = self::texts($findings);
        $said = ['not set up automatically', 'welcome mail leaves before', 'type is not Server', 'datacenter is off',
            'no custom field “SSH key”'];
        foreach ($said as $text) {
            self::assertStringContainsString($text, $texts);
        }
        $id = Capsule::table('tblproducts')->value('id');
        foreach ($findings as $finding) {
            if (str_contains($finding->text, 'datacenter is off')) {
                self::assertSame('https://pve1.example.net:8006', $finding->link);
            } elseif (str_starts_with($finding->subject, 'Product')) {
                self::assertSame("configproducts.php?action=edit&id=$id&tab=3", $finding->link, $finding->text);
            }
        }
        $stopped = ['datacenter' => true, 'stopped' => ['pve2']];
        $this->replyTo('list', self::LISTS + ['guests' => [self::GUEST], 'firewall' => $stopped]);
        $texts = self::texts(Doctor::findings());
        self::assertStringContainsString('on the node pve2 the service pve-firewall does not run', $texts);
        self::assertStringNotContainsString('datacenter is off', $texts);
        $this->replyTo('list', self::LISTS + ['guests' => [self::GUEST], 'firewall' => ['datacenter' => null]]);
        $field = ['type' => 'product', 'relid' => $id, 'fieldname' => 'SSH key|Key'];
        Capsule::table('tblcustomfields')->insert($field);
        Capsule::table('tblproducts')->update(['autosetup' => 'payment', 'welcomeemail' => '0', 'type' => 'server']);
        $texts = self::texts(Doctor::findings());
        $gone = ['not set up automatically', 'welcome mail', 'type is not', 'datacenter is off', 'custom field'];
        foreach ($gone as $text) {
            self::assertStringNotContainsString($text, $texts);
        }
    }

    public function testTheNodesOfConsolesAreLookedAtWhereTheProductGivesThem(): void
    {
        $ports = ['open' => [['node' => 'pve1', 'version' => '9.1.6']], 'unseen' => ['pve2', 'pve3']];
        $this->replyTo('list', self::LISTS + ['guests' => [self::GUEST], 'consoles' => $ports]);
        $warnings = implode("\n", $this->problems()['warning']);
        self::assertStringContainsString('node pve1 has qemu-server 9.1.6', $warnings);
        self::assertStringContainsString('was not looked at: pve2, pve3.', $warnings);
        foreach (Doctor::findings() as $finding) {
            if (str_contains($finding->text, 'qemu-server 9.1.6')) {
                self::assertSame('https://pve1.example.net:8006', $finding->link);
            }
        }
        $this->replyTo('list', self::LISTS + ['guests' => [self::GUEST], 'consoles' => ['open' => [], 'unseen' => []]]);
        self::assertStringNotContainsString('consoles', self::texts(Doctor::findings()));
    }

    public function testTheCommandLine(): void
    {
        ob_start();
        $status = Doctor::alone(false);
        $lines = (string) ob_get_clean();
        self::assertSame(1, $status);
        self::assertMatchesRegularExpression('/^ok   PHP: PHP 8/m', $lines);
        self::assertMatchesRegularExpression('/^warn Library: .*SHA256SUMS/m', $lines);
        ob_start();
        Doctor::alone(true);
        $json = json_decode((string) ob_get_clean(), true, 8, JSON_THROW_ON_ERROR);
        self::assertSame(1, $json['status']);
        self::assertSame(['level' => 'warning', 'subject' => 'Library'], array_slice($json['findings'][0], 0, 2));
        self::assertSame(['level' => 'good', 'subject' => 'PHP'], array_slice($json['findings'][1], 0, 2));
    }

    public function testASecretIsNowhere(): void
    {
        $this->replyTo('test_connection', ['ok' => false, 'code' => 'x', 'message' => 'no: token-secret']);
        self::assertStringNotContainsString('token-secret', self::texts(Doctor::findings()));
    }

    public function testNothingRunsAsAnotherUser(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('needs root');
        }
        chown($this->whmcs->store, 'www-data');
        ob_start();
        $status = Doctor::alone(false);
        self::assertStringContainsString('www-data', (string) ob_get_clean());
        self::assertSame(2, $status);
        // Without a store, its folder tells whose it is to be.
        unlink($this->whmcs->store);
        chown(dirname($this->whmcs->store), 'www-data');
        $this->expectExceptionMessage('www-data');
        StoreOwner::mustBeUs(StoreLocation::of($this->whmcs->store));
    }

    /** @return array<string, list<string>> by level, what is not good; cut to a part where one is given */
    private function problems(string $part = ''): array
    {
        $problems = [];
        foreach (Doctor::findings() as $finding) {
            if ($finding->level !== Finding::GOOD) {
                $text = $finding->text;
                if ($part !== '') {
                    $text = preg_match('#\S+ ' . preg_quote($part, '#') . '#', $text, $found) === 1 ? $found[0] : $text;
                }
                $problems[$finding->level][] = $text;
            }
        }

        return $problems;
    }

    /** @param list<Finding> $findings */
    private static function texts(array $findings): string
    {
        return implode("\n", array_map(static fn (Finding $finding): string => $finding->text, $findings));
    }
}
