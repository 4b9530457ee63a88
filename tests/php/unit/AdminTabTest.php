<?php

declare(strict_types=1);

namespace Tests\Unit;

use StandIn\Dispatcher;
use StandIn\ParamsBuilder;
use Tests\Support\Shown;
use Tests\Support\StubTestCase;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Attach;

/** The admin's page of a service. */
final class AdminTabTest extends StubTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $_SESSION = [];
        $this->service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
    }

    public function testTheProgressIsALineOverTheStepsOfTheCore(): void
    {
        $status = $this->fields(['status' => 'set_ip'])['Local status'];
        self::assertSame([
            ['label-success', 'creation', 'Ordered'],
            ['label-success', 'set_ip', 'Address leased'],
            ['label-info', 'clone', 'Cloned'],
            ['label-default', 'set_cpu_ram', 'CPU and memory'],
        ], array_slice(self::line($status), 0, 4));
        self::assertSame(['label-default', 'ready', 'Ready'], self::line($status)[12]);
        self::assertCount(13, self::line($status));
        self::assertStringContainsString('the button &quot;VMClone -&gt;&quot;', $status);
    }

    public function testAFailedStepIsRed(): void
    {
        $error = ['code' => 'no_free_address', 'message' => 'No <free> address.', 'retry' => false, 'at' => 86400];
        $fields = $this->fields(['status' => 'creation', 'error' => $error]);
        self::assertSame('label-danger', self::line($fields['Local status'])[1][0]);
        self::assertStringContainsString('<strong>No &lt;free&gt; address.</strong>', $fields['Error']);
        self::assertStringContainsString('Assigned IP Addresses', $fields['Error']);
        self::assertStringContainsString('needs your attention', $fields['Error']);
        self::assertStringContainsString('Since 1970-01-0', $fields['Error']);
        self::assertStringContainsString('docs/problems.md#no_free_address', $fields['Error']);

        $fields = $this->fields(['error' => ['code' => 'from_the_future', 'message' => 'x', 'retry' => true]]);
        self::assertStringContainsString('tries again by itself', $fields['Error']);
        self::assertStringContainsString('Remove the cause named above', $fields['Error']);
    }

    public function testStatusesBesideTheWay(): void
    {
        $classes = fn (string $status): array
            => array_column(self::line($this->fields(['status' => $status])['Local status']), 0);
        self::assertSame(array_fill(0, 13, 'label-success'), $classes('ready'));
        self::assertSame(array_fill(0, 13, 'label-success'), $classes('change_package'));
        self::assertSame('label-info', $classes('reinstall')[1]);
        self::assertSame([], $classes('terminate'));
        self::assertSame([], $classes('from_the_future'));
    }

    public function testAStoppedMachineIsNotGreen(): void
    {
        $ready = ['id' => $this->service, 'status' => 'ready'];
        $words = [
            'running' => '"proxmoxkvm-tag label label-success">Running<',
            'stopped' => '"proxmoxkvm-tag label label-default">Off<',
        ];
        foreach ($words as $power => $word) {
            $this->replyTo('show', ['service' => $ready, 'live' => ['status' => $power]]);
            self::assertStringStartsWith("<span class=$word", Dispatcher::adminFields($this->service)['Local status']);
        }
        $this->replyTo('show', ['service' => $ready, 'live_error' => 'no route']);
        self::assertStringStartsWith('<strong>Ready', Dispatcher::adminFields($this->service)['Local status']);
    }

    public function testWhatTheStoreKnows(): void
    {
        $fields = $this->fields([
            'status' => 'clone',
            'node' => 'pve1',
            'vmid' => 105,
            'name' => '1-1',
            'domain' => '1-1.example.net',
            'addresses' => ['192.0.2.10', '2001:db8::5'],
            'suspended' => true,
            'task' => ['upid' => 'UPID:pve1:1', 'what' => 'clone VM 105', 'since' => 1],
        ]);
        self::assertStringStartsWith('VMID 105 (1-1) on node pve1 ', $fields['Virtual machine']);
        self::assertStringContainsString(
            'href="https://pve1.example.net:8006/#v1:0:=qemu/105"',
            $fields['Virtual machine']
        );
        // The addon module is not active here.
        self::assertStringNotContainsString('addonmodules.php', implode('', $fields));
        self::assertSame('192.0.2.10<br>2001:db8::5', $fields['Addresses']);
        self::assertSame('1-1.example.net', $fields['Domain']);
        self::assertStringContainsString('suspended', $fields['Local status']);
        self::assertStringContainsString('clone VM 105', $fields['Current task']);
        self::assertStringContainsString('UPID:pve1:1', $fields['Current task']);
        self::assertArrayNotHasKey('Error', $fields);
        $asked = $this->requests('show');
        self::assertCount(1, $asked, 'one question for the whole page');
        self::assertSame($this->service, $asked[0]['service']);
        self::assertArrayNotHasKey('In Proxmox VE now', $fields, 'a machine that is not there yet shows nothing');
    }

    public function testWhatProxmoxVeShowsStandsBesideTheStore(): void
    {
        $live = ['status' => 'running', 'cpus' => 2, 'memory_mib' => 2048, 'lock' => '<backup>'];
        $this->replyTo('show', ['service' => ['id' => $this->service], 'live' => $live]);
        $field = Dispatcher::adminFields($this->service)['In Proxmox VE now'];
        self::assertStringContainsString('running, cores: 2, memory: 2048 MB', $field);
        $more = ['uptime_s' => 93784, 'cpu' => 0.1234, 'memory' => 1 << 30, 'ha' => true];
        $this->replyTo('show', ['service' => ['id' => $this->service], 'live' => $live + $more]);
        $field = Dispatcher::adminFields($this->service)['In Proxmox VE now'];
        self::assertStringContainsString('in use: CPU 12.3 %, memory 1024 MB; up for 1 d 02:03', $field);
        self::assertStringContainsString('managed by HA', $field);
        self::assertStringContainsString('locked: &lt;backup&gt;', $field);

        $why = 'no node could be reached: <timeout>';
        $this->replyTo('show', ['service' => ['id' => $this->service, 'status' => 'ready'], 'live_error' => $why]);
        $fields = Dispatcher::adminFields($this->service);
        self::assertStringContainsString('&lt;timeout&gt;', $fields['In Proxmox VE now']);
        self::assertStringContainsString('Ready', $fields['Local status'], 'the rest is drawn from the store');
    }

    public function testWhateverComesFromProxmoxVeIsHarmless(): void
    {
        $evil = '<script>alert("x")</script>';
        $fields = $this->fields([
            'status' => $evil,
            'node' => $evil,
            'vmid' => 1,
            'name' => $evil,
            'domain' => $evil,
            'addresses' => [$evil],
            'error' => ['code' => $evil, 'message' => $evil, 'retry' => true, 'at' => $evil],
            'task' => ['upid' => $evil, 'what' => $evil, 'since' => $evil],
        ], [[
            'at' => $evil, 'actor' => $evil, 'actor_id' => $evil, 'ip' => $evil, 'action' => $evil, 'state' => $evil,
            'message' => $evil, 'took_s' => $evil, 'arguments' => ['step' => $evil], 'progress' => $evil,
            'lines' => [['at' => $evil, 'what' => $evil, 'result' => $evil, 'took_ms' => 3]],
        ]]);
        self::assertStringNotContainsString('<script', implode($fields));
        self::assertSame(15, substr_count(implode($fields), '&lt;script&gt;'));
    }

    public function testPackageAndMachineStandSideBySide(): void
    {
        $evil = '<script>x</script>';
        $this->replyTo('show', ['service' => ['id' => $this->service], 'compare' => [
            ['what' => 'cpu_cores', 'unit' => '', 'wanted' => '2', 'actual' => '4', 'same' => false],
            ['what' => 'ram', 'unit' => 'GB', 'wanted' => '1.5', 'actual' => '1.5', 'same' => true],
            ['what' => 'system_disk', 'unit' => 'GB', 'wanted' => null, 'actual' => '8', 'same' => true],
            ['what' => 'firewall', 'unit' => '', 'wanted' => 'on', 'actual' => null, 'same' => false],
            ['what' => $evil, 'unit' => $evil, 'wanted' => $evil, 'actual' => $evil, 'same' => false],
        ]]);
        $html = Dispatcher::adminFields($this->service)['Package and VM'];
        $rows = array_map(
            static fn (string $row): string => trim((string) preg_replace('/(<[^>]*>|\s)+/', ' ', $row)),
            explode('</tr>', $html)
        );
        self::assertSame([
            'Setting Package VM', 'CPU cores 2 4 different', 'RAM 1.5 GB 1.5 GB', 'System disk as it is 8 GB',
            'Firewall on not there different',
        ], array_slice($rows, 0, 5));
        self::assertSame(3, substr_count($html, 'table-warning'));
        self::assertStringNotContainsString('<script', $html);
        $asked = $this->requests('show')[0];
        self::assertCount(24, $asked['package']['options'], 'the core compares with what is sold now');

        $this->replyTo('show', ['service' => ['id' => $this->service], 'package_error' => 'CPU cores: <no number>']);
        $html = Dispatcher::adminFields($this->service)['Package and VM'];
        self::assertStringContainsString('CPU cores: &lt;no number&gt;', $html);
    }

    public function testAButtonThatWouldBeRefusedSaysWhy(): void
    {
        $refused = ['start' => 'VM <7> runs', 'reinstall' => 'VM <7> runs'];
        $this->replyTo('show', Shown::admin(['id' => $this->service], $refused));
        $html = Dispatcher::adminFields($this->service)['Buttons'];
        self::assertStringContainsString('Possible now: Stop, VMSetDedicatedIp -&gt;, VMClone', $html);
        self::assertStringContainsString(', Set DNS records<', $html, 'what has no button is not among them');
        self::assertStringContainsString('Start, **Reinstall: <span class="proxmoxkvm-muted">VM &lt;7&gt; runs', $html);

        $offered = proxmoxkvm_AdminCustomButtonArray(ParamsBuilder::service($this->service));
        self::assertArrayNotHasKey('Start', $offered);
        self::assertArrayNotHasKey('**Reinstall', $offered);
        self::assertSame('Stop', $offered['Stop']);
        self::assertCount(14, $offered, 'nothing else is taken away');
        self::assertSame(['admin', 'admin'], array_column($this->requests('show'), 'actor'));
        self::assertArrayNotHasKey('server', $this->requests('show')[1], 'on every page load nobody asks Proxmox VE');

        $this->replyTo('show', ['ok' => false, 'code' => 'store', 'message' => 'locked', 'retry' => true]);
        self::assertCount(16, proxmoxkvm_AdminCustomButtonArray(ParamsBuilder::service($this->service)));
    }

    public function testTheCurrentTaskSaysHowFarItIs(): void
    {
        $task = ['upid' => 'UPID:x', 'what' => 'clone', 'since' => 1.5, 'percent' => 34.5678];
        self::assertStringContainsString('34.6 % done', $this->fields(['task' => $task])['Current task']);
    }

    public function testTheHistoryShowsTheNewestFirst(): void
    {
        $history = $this->fields(['status' => 'ready'], [
            ['at' => 2.5, 'actor' => 'cron', 'action' => 'clone', 'state' => 'failed', 'message' => 'storage full',
                'took_s' => 2.5],
            ['at' => 1.5, 'actor' => 'admin', 'action' => 'set_ip', 'state' => 'done', 'took_s' => 0.003],
        ])['History'];
        self::assertMatchesRegularExpression('/Cloned.*storage full.*2\.5 s.*Address leased.*done.*3 ms/s', $history);
        self::assertSame(1, substr_count($history, 'table-danger'));
        self::assertSame('nothing yet', $this->fields(['status' => 'ready'])['History']);
    }

    public function testTheHistoryNamesTheSnapshot(): void
    {
        $line = ['at' => 2.5, 'actor' => 'client', 'state' => 'done', 'took_s' => 2];
        $history = $this->fields(['status' => 'ready'], [
            $line + ['action' => 'snapshot_take', 'snapshot' => ['label' => '<b>before</b>', 'at' => null]],
            $line + ['action' => 'snapshot_delete', 'snapshot' => ['label' => '', 'at' => 1796000000.0]],
        ])['History'];
        self::assertStringContainsString(': &lt;b&gt;before&lt;/b&gt;</td>', $history);
        self::assertStringContainsString(': ' . date('Y-m-d H:i:s', 1796000000) . '</td>', $history);
    }

    public function testAClientWhoDoesMuchHidesNobodysLines(): void
    {
        $line = static fn (string $actor): array
            => ['at' => 1.5, 'actor' => $actor, 'action' => 'stop', 'state' => 'done', 'took_s' => 0.003];
        $activity = [...array_fill(0, 100, $line('client')), $line('admin')];
        $history = $this->fields(['status' => 'ready'], $activity)['History'];
        self::assertStringContainsString('<td>admin</td>', $history);
        self::assertSame(50, substr_count($history, '<td>client</td>'));
    }

    public function testTheHistoryNamesWhoAskedFromWhereAndWhatWasDoneOnTheWay(): void
    {
        $client = (int) Capsule::table('tblclients')->value('id');
        Capsule::table('tblclients')->update(['firstname' => 'Anna', 'lastname' => 'O&#039;Neil']);
        $history = $this->fields(['status' => 'ready'], [
            ['at' => 3.5, 'actor' => 'client', 'actor_id' => $client, 'ip' => '192.0.2.200', 'action' => 'stop',
                'state' => 'done', 'took_s' => 1.25],
            ['at' => 2.5, 'actor' => 'admin', 'actor_id' => 99, 'ip' => '192.0.2.1', 'action' => 'set_network',
                'state' => 'done', 'took_s' => 2],
            ['at' => 1.5, 'actor' => 'whmcs', 'action' => 'create', 'state' => 'queued', 'progress' => 40,
                'lines' => [['at' => 1.7, 'what' => 'clone', 'result' => 'asked', 'took_ms' => 200]]],
        ])['History'];
        self::assertStringContainsString('client Anna O&#039;Neil<br><small>192.0.2.200</small>', $history);
        self::assertStringContainsString('admin #99', $history);
        self::assertStringContainsString('<td>Network</td>', $history);
        self::assertMatchesRegularExpression(
            '/WHMCS.*Creation.*under way \(40 % done\)<details.*Details \(1\).*Cloned: asked for, 200 ms/s',
            $history
        );
        $asked = $this->requests('show')[0];
        self::assertSame(['admin', 400], [$asked['actor'], $asked['activity']]);
    }

    public function testAServiceThatTheCoreDoesNotKnowCanBeAttached(): void
    {
        $this->replyTo('show', ['ok' => false, 'code' => 'unknown_service', 'message' => 'unknown', 'retry' => false]);
        $fields = Dispatcher::adminFields($this->service);
        self::assertStringContainsString('press Create', $fields['Local status']);
        self::assertStringContainsString('name="proxmoxkvm_attach"', $fields['Attach VM (VMID)']);
    }

    public function testAttachIsAskedOnceAndShownOnce(): void
    {
        $this->replyTo('attach', ['outbox' => [
            ['id' => 1, 'kind' => 'write_back', 'service' => $this->service, 'dedicated_ip' => '192.0.2.10'],
        ]]);
        Dispatcher::saveAdminFields($this->service, [Attach::FIELD => ' 123 ']);
        Dispatcher::saveAdminFields($this->service, [Attach::FIELD => '']);
        Dispatcher::saveAdminFields($this->service, []);

        self::assertSame(['123'], array_column($this->requests('attach'), 'vmid'));
        self::assertSame('192.0.2.10', $this->whmcs->row($this->service)->dedicatedip);
        $attached = "VM 123 is attached to service {$this->service}.";
        self::assertStringContainsString($attached, $this->fields(['status' => 'ready'])['Attach VM (VMID)']);
        self::assertStringNotContainsString($attached, $this->fields(['status' => 'ready'])['Attach VM (VMID)']);
        self::assertStringContainsString($attached, Capsule::table('tblactivitylog')->value('description'));
    }

    public function testARefusedAttachIsExplained(): void
    {
        $this->replyTo('attach', ['ok' => false, 'code' => 'taken', 'message' => 'VM <9> is taken', 'retry' => false]);
        Dispatcher::saveAdminFields($this->service, [Attach::FIELD => '123']);
        $field = $this->fields(['status' => 'ready'])['Attach VM (VMID)'];
        self::assertStringContainsString('alert-danger', $field);
        self::assertStringContainsString('VM &lt;9&gt; is taken', $field);
        self::assertSame(0, Capsule::table('tblactivitylog')->count());
    }

    /**
     * @param array<string, mixed> $service
     * @param list<array<string, mixed>> $activity newest first
     * @return array<string, string>
     */
    private function fields(array $service, array $activity = []): array
    {
        $this->replyTo('show', Shown::admin($service + ['id' => $this->service]) + ['activity' => $activity]);

        return Dispatcher::adminFields($this->service);
    }

    /** @return list<array{string, string, string}> class, status and words of each label */
    private static function line(string $html): array
    {
        $label = '/<span class="proxmoxkvm-tag label (label-(?:success|info|danger|default))"'
            . ' title="([^"]*)">([^<]*)</';
        preg_match_all($label, $html, $found, PREG_SET_ORDER);

        return array_map(static fn (array $match): array => array_slice($match, 1), $found);
    }
}
