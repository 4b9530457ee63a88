<?php

declare(strict_types=1);

namespace Tests\Support;

use WHMCS\Database\Capsule;

/** The client's page in a Chromium, in each of its states: the core's answers are written by the test. */
abstract class ClientBrowserTestCase extends StubTestCase
{
    /** Actions that make a tab be there, where a state is about it. */
    private const OF_TABS = [
        'firewall' => [
            'firewall_rule', 'firewall_change', 'firewall_policy', 'firewall_template', 'firewall_confirm',
            'firewall_back',
        ],
        'media' => ['iso_insert', 'iso_boot', 'iso_eject', 'rescue_start', 'rescue_leave'],
    ];

    private static ?Chromium $chromium = null;

    private Browser $server;
    protected Chromium $browser;
    protected int $service;

    public static function tearDownAfterClass(): void
    {
        self::$chromium = null;
    }

    protected function setUp(): void
    {
        if (!Browser::exists()) {
            self::markTestSkipped('needs the Debian packages chromium and smarty4');
        }
        parent::setUp();
        $this->service = $this->whmcs->service(
            $this->whmcs->product(['cpu_cores' => '2', 'ram' => '4', 'system_disk' => '40', 'network_rate' => '125']),
            $this->whmcs->server(),
            ['domainstatus' => 'Active', 'suspendreason' => 'Overdue on Payment']
        );
        $this->server = new Browser($this->whmcs);
        $this->browser = self::$chromium ??= new Chromium();
        $this->browser->errors = [];
    }

    protected function tearDown(): void
    {
        isset($this->browser) && self::assertSame([], $this->browser->errors);
    }

    /** @return array<string, array<string, mixed>> state, status, tab, activity, and more of the core's answer */
    protected static function states(): array
    {
        $running = ['live' => [
            'status' => 'running', 'cpu' => 0.29, 'memory' => 1 << 30, 'memory_max' => 1 << 32, 'uptime_s' => 1_040_000,
        ]];
        $acts = [
            ['at' => 1_795_350_000, 'action' => 'reboot', 'state' => 'running', 'actor' => 'client', 'ip' => '::1'],
            ['at' => 1_795_340_000, 'action' => 'create', 'state' => 'done', 'actor' => 'whmcs', 'took_s' => 75.5],
        ];
        $months = array_map(static fn (int $month): array => [
            'month' => sprintf('2026-%02d', $month),
            'bytes_in' => 7e9 * $month,
            'bytes_out' => 9e11,
            'counted' => 1e12,
        ], range(11, 1));
        $traffic = ['month' => '2026-11', 'months' => $months, 'counts' => 'both', 'quota_bytes' => 20e12];

        return [
            'running' => ['more' => $running],
            'off' => ['refused' => ['reboot'], 'more' => ['live' => ['status' => 'stopped']]],
            'restarting' => ['more' => ['activity' => $acts]],
            'changing' => ['state' => 'changing'],
            'waiting' => ['state' => 'waiting'],
            'building' => ['state' => 'building', 'more' => ['build' => [
                'phase' => 'installing', 'since' => time() - 71, 'usual_s' => 180, 'percent' => 40, 'late' => null,
            ]]],
            'delayed' => ['state' => 'delayed', 'more' => ['build' => ['late' => ['since' => 1_795_350_000]]]],
            'suspended' => ['state' => 'suspended', 'status' => 'Suspended'],
            'gone' => ['state' => 'gone', 'status' => 'Terminated'],
            'graphs' => ['tab' => 'graphs', 'more' => $running],
            'network' => ['tab' => 'network', 'more' => $running + ['traffic' => $traffic]],
            'rebuild' => ['tab' => 'rebuild', 'more' => $running + [
                'systems' => Shown::systems(),
                'applications' => Shown::APPLICATIONS,
                'losses' => ['disks' => 2, 'snapshots' => 3],
            ]],
            'keys' => ['tab' => 'keys', 'more' => $running],
            'reach' => ['tab' => 'reach', 'more' => $running],
            'snapshots' => ['tab' => 'snapshots', 'more' => $running],
            'backups' => ['tab' => 'backups', 'more' => $running],
            'firewall' => ['tab' => 'firewall', 'more' => $running],
            'media' => ['tab' => 'media', 'more' => $running],
            'history' => ['tab' => 'history', 'activity' => $acts],
        ];
    }

    protected function state(string $name, string $domain = '1-3.cloud.example.net'): void
    {
        $one = self::states()[$name] + ['state' => 'ready', 'status' => 'Active', 'refused' => ['start'], 'more' => []];
        Capsule::table('tblhosting')->update(['domainstatus' => $one['status']]);
        $service = [
            'id' => $this->service, 'status' => 'ready', 'domain' => $domain, 'name' => '1-3', 'username' => 'root',
            'addresses' => ['192.0.2.10', '2001:db8:1234:5678:9abc:def0:1234:5678', '198.51.100.200'],
        ];
        $given = [
            'start', 'reboot', 'stop', 'reinstall', 'set_reverse_name', 'reachability', 'screenshot',
            'ssh_key_add', 'ssh_key_remove', 'ssh_keys_choose', 'ssh_keys_write',
            'snapshot_take', 'snapshot_rollback', 'snapshot_delete', 'snapshot_schedule',
            'backup_make', 'backup_note', 'backup_protect', 'backup_unprotect', 'backup_delete', 'backup_restore',
            'backup_schedule', 'backup_restore_beside', 'beside_stop', 'beside_swap', 'beside_discard',
        ];
        $given = array_merge($given, self::OF_TABS[$name] ?? []);
        $this->replyTo('show', $one['more'] + Shown::client($service, $one['state'], $one['refused'], $given)
            + ['permissions' => [
                'graphs' => true, 'ssh_keys' => $name === 'keys', 'snapshots' => $name === 'snapshots',
                'backups' => $name === 'backups', 'firewall' => $name === 'firewall',
                'user_data' => $name === 'rebuild',
            ]]);
        $this->replyTo('ssh_keys', Shown::SSH_KEYS);
        $this->replyTo('snapshots', Shown::snapshots());
        $this->replyTo('backups', Shown::backups());
        $this->replyTo('firewall', ShownTabs::FIREWALL);
        $this->replyTo('isos', ShownTabs::ISOS);
        $this->replyTo('activity', [
            'entries' => $one['activity'] ?? [],
            'next' => ['operation' => 1, 'at' => 1_795_340_000.5],
        ]);
        $point = array_fill_keys(['cpu', 'memory', 'disk_read', 'disk_write', 'net_in', 'net_out'], 0.5);
        $point['memory_max'] = 1 << 30;
        $points = [];
        for ($minute = 0; $minute < 60; $minute++) {
            $points[] = ['at' => 1_795_350_000 + 60 * $minute] + $point;
        }
        $this->replyTo('usage', ['points' => $points]);
    }

    protected function open(string $theme, string $tab = '', string $language = 'english'): void
    {
        $more = "&vm=$tab&language=$language&theme=" . rawurlencode($theme);
        $this->browser->open($this->server->url($this->service, $more));
    }
}
