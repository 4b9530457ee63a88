<?php

declare(strict_types=1);

namespace Tests\Support;

/** What the core answers for the tabs of the firewall and of ISOs: each kind of row that they tell apart. */
final class ShownTabs
{
    private const RULE = [
        'enabled' => true, 'direction' => 'in', 'verdict' => 'ACCEPT', 'macro' => 'SSH', 'proto' => null,
        'ports' => null, 'source' => null, 'dest' => null, 'comment' => null, 'line' => null,
    ];

    /** A change waits to be kept. */
    public const FIREWALL = [
        'policy_in' => 'DROP', 'policy_out' => 'ACCEPT', 'provider_first' => true, 'most' => 50, 'version' => 4,
        'waits_until' => 1_795_350_090.0, 'waits_s' => 85.0, 'writing' => false, 'works' => false, 'why_not' => null,
        'your_address' => '2001:db8:1234:5678:9abc:def0:1234:5678',
        'rules' => [
            ['source' => '192.0.2.7,198.51.100.0/24', 'comment' => 'the office and the two of us at home'] + self::RULE,
            ['macro' => null, 'proto' => 'tcp', 'ports' => '80,443,8000:8080'] + self::RULE,
            ['enabled' => false, 'direction' => 'out', 'verdict' => 'REJECT', 'macro' => null, 'proto' => 'udp',
                'dest' => '2001:db8:1234:5678::/64'] + self::RULE,
        ],
        'provider' => [['line' => 'OUT DROP -p tcp -dport 25', 'direction' => 'out', 'verdict' => 'DROP',
            'macro' => null, 'proto' => 'tcp', 'ports' => '25'] + self::RULE],
        'others' => [['line' => 'GROUP webservers-and-what-else-there-is', 'direction' => null, 'verdict' => null,
            'macro' => null] + self::RULE],
    ];

    /** A CD is in the drive, and is booted from once. */
    public const ISOS = [
        'groups' => [
            ['name' => 'debian', 'isos' => [
                ['volume' => 'isos:iso/debian-12.11.0-amd64-netinst.iso', 'file' => 'debian-12.11.0-amd64-netinst.iso',
                    'size' => 650_000_000],
                ['volume' => 'isos:iso/debian-13.1.0-amd64-DVD-1.iso', 'file' => 'debian-13.1.0-amd64-DVD-1.iso',
                    'size' => 3_900_000_000],
            ]],
            ['name' => 'systemrescue', 'isos' => [
                ['volume' => 'isos:iso/systemrescue-12.02-amd64.iso', 'file' => 'systemrescue-12.02-amd64.iso',
                    'size' => 1_100_000_000],
            ]],
        ],
        'inserted' => 'debian-12.11.0-amd64-netinst.iso', 'pending' => true, 'boots_once' => true, 'uefi' => true,
    ];
}
