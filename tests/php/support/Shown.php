<?php

declare(strict_types=1);

namespace Tests\Support;

/** What the core answers to `show`, in its own words: the rows are those of the library's catalogue. */
final class Shown
{
    /** @var array<string, mixed> the core's answer of SSH keys, with a name of somebody who means ill */
    public const SSH_KEYS = ['most' => 20, 'written' => false, 'keys' => [
        ['name' => '<script>alert("x")</script>\' onload=\'x 🦀', 'kind' => 'ssh-ed25519',
            'fingerprint' => 'SHA256:aaa', 'added_at' => 1795359845.0, 'chosen' => true],
        ['name' => 'desk', 'kind' => 'ssh-rsa', 'fingerprint' => 'SHA256:bbb', 'added_at' => 1795359845.0,
            'chosen' => false],
        ['name' => 'old', 'kind' => 'ssh-new', 'fingerprint' => 'SHA256:ccc', 'added_at' => null, 'chosen' => true],
    ]];

    private const SOLD = [
        ['key' => 'cpu_cores', 'number' => 2.0, 'unit' => ''],
        ['key' => 'ram', 'number' => 1.5, 'unit' => 'GB'],
        ['key' => 'system_disk', 'number' => 20.0, 'unit' => 'GB'],
        ['key' => 'network_rate', 'number' => 100.0, 'unit' => 'Mbit/s'],
    ];

    /**
     * For a customer.
     *
     * @param array<string, mixed> $service
     * @param list<string> $refused actions that are not possible now
     * @param list<string>|null $given actions of the product; null: those of a product that says nothing of it
     * @return array<string, mixed>
     */
    public static function client(
        array $service,
        string $state = 'ready',
        array $refused = [],
        ?array $given = null
    ): array {
        $given ??= array_column(array_filter(
            self::part('actions'),
            static fn (array $action): bool => in_array($action['switch'], self::switchesOn(), true)
        ), 'name');
        $actions = array_filter(
            self::part('actions'),
            static fn (array $action): bool => in_array($action['name'], $given, true)
        );

        // What is not finished, or not active, is left alone.
        $refused = $state === 'ready' ? $refused : array_column($actions, 'name');

        return [
            'service' => self::service($service),
            'sold' => self::SOLD,
            'network' => array_map(self::address(...), $service['addresses'] ?? []),
            'state' => $state,
            'actions' => self::offered($actions, array_fill_keys($refused, 'not now')),
        ];
    }

    /**
     * For staff.
     *
     * @param array<string, mixed> $service
     * @param array<string, string> $refused action => why
     * @return array<string, mixed>
     */
    public static function admin(array $service, array $refused = []): array
    {
        return ['service' => self::service($service), 'actions' => self::offered(self::part('actions'), $refused)];
    }

    /** @return array<string, mixed> what the core answers to `snapshots`: on a storage that goes back only to the newest */
    public static function snapshots(): array
    {
        $one = static fn (string $name, string $label, ?float $at, array $more = []): array => $more + [
            'name' => $name, 'label' => $label, 'at' => $at, 'ram' => false, 'own' => true, 'scheduled' => false,
            'newest' => false, 'unfinished' => false, 'loses' => [], 'blocked' => null,
        ];
        $label = 'before the upgrade to the next release';
        $newest = ['name' => 'pktpars0-17', 'label' => $label, 'at' => 1_795_359_845.0];

        return ['have' => 2, 'most' => 3, 'possible' => true, 'ram' => true, 'days' => 7, 'snapshots' => [
            $one($newest['name'], $newest['label'], $newest['at'], ['newest' => true, 'ram' => true]),
            $one('pstpak9c-16', '', 1_795_340_000.0, ['scheduled' => true, 'loses' => [$newest]]),
            $one('nightly', 'the provider\'s', 1_795_330_000.0, ['own' => false]),
        ], 'schedule' => ['days' => ['mon', 'thu'], 'hour' => 4, 'next_at' => 1_795_400_000.0]];
    }

    /** @return array<string, mixed> what the core answers to `backups`: each kind that the tab tells apart */
    public static function backups(): array
    {
        $one = static fn (?string $name, array $more = []): array => $more + [
            'name' => $name, 'restore' => $name,
            'note' => '', 'at' => 1_795_359_845.0, 'size' => 21_474_836_480, 'scheduled' => false,
            'before_reinstall' => false, 'ends_at' => null, 'protected' => false, 'verified' => null,
            'encrypted' => false,
        ];

        return ['have' => 3, 'most' => 3, 'protected' => 1, 'bytes' => 64_424_509_440, 'most_bytes' => 200_000_000_000,
            'stops' => true, 'backups' => [
                $one('pka-3', ['note' => str_repeat('before the upgrade ', 4), 'protected' => true]
                    + ['verified' => true]),
                $one('psa-2', ['scheduled' => true, 'verified' => false, 'encrypted' => true]),
                $one('pra-1', ['before_reinstall' => true, 'protected' => true, 'ends_at' => 1_795_619_045.0]),
                $one(null, ['restore' => 'kept-0a1b', 'protected' => true, 'size' => null]),
            ],
            'beside' => ['stage' => 'restored', 'backup' => 'pka-3', 'backup_at' => 1_795_359_845.0, 'runs' => true,
                'ends_at' => 1_795_446_245.0],
            'schedule' => ['days' => ['mon', 'thu'], 'hour' => 4, 'next_at' => 1_795_400_000.0],
            'missed' => ['in_a_row' => 2, 'at' => 1_795_350_000.0, 'code' => 'backup_space',
                'client' => 'client_backup_space'],
        ];
    }

    /** @return list<string> every action of a customer whose product says nothing of it */
    public static function allOfClients(): array
    {
        return array_column(self::client([])['actions'], 'name');
    }

    /** @return array<string, mixed> */
    private static function address(string $address): array
    {
        $is6 = str_contains($address, ':');

        return [
            'address' => $address,
            'family' => $is6 ? 6 : 4,
            'prefix' => $is6 ? 64 : 24,
            'gateway' => $is6 ? 'fe80::1' : '192.0.2.1',
            'dns' => [$is6 ? '2001:db8::53' : '192.0.2.53'],
            'reverse' => null,
        ];
    }

    public const APPLICATIONS = [
        ['name' => 'docker', 'label' => 'Docker & co', 'ordered' => false, 'current' => false],
        ['name' => 'lamp', 'label' => 'LAMP', 'ordered' => false, 'current' => false],
    ];

    /** @return list<array<string, mixed>> operating systems, as the core lists them: the second is there, the last is dearer */
    public static function systems(): array
    {
        $families = ['Debian 12', 'Debian 13', 'Ubuntu 24.04 LTS', 'Rocky Linux 9', 'Windows Server 2025'];

        return array_map(static fn (int $at): array => [
            'template' => 9000 + $at,
            'label' => $families[$at],
            'group' => explode(' ', $families[$at])[0],
            'name' => $families[$at],
            'family' => strtolower(explode(' ', $families[$at])[0]),
            'current' => $at === 1,
            'ordered' => $at === 1,
            'dearer' => $at === 4,
        ], array_keys($families));
    }

    /** @param array<string, mixed> $service @return array<string, mixed> */
    private static function service(array $service): array
    {
        return $service + ['progress' => self::progress((string) ($service['status'] ?? ''))];
    }

    /** @return array<string, mixed>|null */
    private static function progress(string $status): ?array
    {
        $statuses = self::part('statuses');
        $total = count($statuses) - 1;
        $at = array_search($status, $statuses, true);
        $done = match (true) {
            $at !== false => $at,
            in_array($status, ['change_package', 'set_dns_records'], true) => $total,
            $status === 'reinstall' => 0,
            default => null,
        };
        $next = $done === null ? null : $statuses[$done + 1] ?? null;

        return $done === null ? null : [
            'done' => $done,
            'total' => $total,
            'next' => $next,
            'button' => $at === false ? null : array_column(self::part('actions'), 'label', 'name')[$next] ?? null,
        ];
    }

    /**
     * @param array<array<string, mixed>> $actions
     * @param array<string, string> $refused
     * @return list<array<string, mixed>>
     */
    private static function offered(array $actions, array $refused): array
    {
        return array_values(array_map(static fn (array $action): array => $action + [
            'allowed' => !isset($refused[$action['name']]),
            'why' => $refused[$action['name']] ?? null,
            'code' => isset($refused[$action['name']]) ? 'wrong_status' : null,
            'quota' => null,
        ], $actions));
    }

    /** @return list<string> */
    private static function switchesOn(): array
    {
        $on = array_filter(self::part('options'), static fn (array $option): bool => $option['default'] === 'on');

        return array_column($on, 'key');
    }

    /** @return list<mixed> */
    private static function part(string $name): array
    {
        return StubLibrary::catalogue()[$name];
    }
}
