<?php

declare(strict_types=1);

namespace Tests\Unit;

use PHPUnit\Framework\TestCase;

final class PackageOptionsTest extends TestCase
{
    /** WHMCS stores the settings by position: this list may only grow. */
    public function testNamesTypesAndDefaultsByPosition(): void
    {
        $options = array_values(array_map(
            static fn (array $option): array => [$option['FriendlyName'], $option['Type'], $option['Default']],
            proxmoxkvm_ConfigOptions()
        ));
        self::assertSame([
            ['Target node', 'text', 'auto'],
            ['OS template', 'text', ''],
            ['Clone type', 'dropdown', 'full'],
            ['System disk storage', 'text', ''],
            ['First VM ID', 'text', '100'],
            ['CPU cores', 'text', '1'],
            ['RAM', 'text', '1'],
            ['System disk', 'text', '0'],
            ['System disk limits', 'text', '0/0/0/0'],
            ['Additional disk', 'text', '0'],
            ['Additional disk limits', 'text', '0/0/0/0'],
            ['Additional disk storage', 'text', ''],
            ['Bridge', 'text', 'auto'],
            ['VLAN', 'text', ''],
            ['Network rate', 'text', '0'],
            ['NIC model', 'dropdown', 'as in template'],
            ['Addressing', 'dropdown', 'static'],
            ['Firewall', 'dropdown', 'off'],
            ['Firewall rules', 'textarea', ''],
            ['Cloud-init user', 'text', 'root'],
            ['VM name', 'text', '{client_id}-{service_id}'],
            ['Main domain', 'text', ''],
            ['Backup storage', 'text', ''],
            ['More settings', 'textarea', ''],
        ], $options);
    }

    public function testEveryOptionIsExplained(): void
    {
        foreach (proxmoxkvm_ConfigOptions() as $key => $option) {
            self::assertNotSame("option_{$key}_help", $option['Description']);
        }
    }
}
