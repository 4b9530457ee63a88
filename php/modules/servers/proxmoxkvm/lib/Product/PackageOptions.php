<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/**
 * The module settings of a product.
 *
 * WHMCS stores them by position: only ever append. The product page calls this offline and without a
 * service, so it asks nobody; in simple mode it then calls the loaders, which ask Proxmox VE (see Choices).
 */
final class PackageOptions
{
    private const TEXT = ['Type' => 'text', 'Size' => '25'];
    private const LINES = ['Type' => 'textarea', 'Rows' => '5', 'Cols' => '60'];
    private const SIMPLE = ['SimpleMode' => true];

    /** Key in the language file => how WHMCS shows it. Same order as the core's list of options. */
    private const OPTIONS = [
        'target_node' => self::TEXT + ['Default' => 'auto', 'Loader' => 'proxmoxkvm_LoadNodes'] + self::SIMPLE,
        'os_template' => self::TEXT + ['Default' => '', 'Loader' => 'proxmoxkvm_LoadTemplates'] + self::SIMPLE,
        'clone_type' => ['Type' => 'dropdown', 'Options' => 'full,linked', 'Default' => 'full'],
        'system_disk_storage' => self::TEXT + ['Default' => '', 'Loader' => 'proxmoxkvm_LoadSystemStorages']
            + self::SIMPLE,
        'first_vm_id' => self::TEXT + ['Default' => '100'],
        'cpu_cores' => self::TEXT + ['Default' => '1'] + self::SIMPLE,
        'ram' => self::TEXT + ['Default' => '1'] + self::SIMPLE,
        'system_disk' => self::TEXT + ['Default' => '0'] + self::SIMPLE,
        'system_disk_limits' => self::TEXT + ['Default' => '0/0/0/0'],
        'additional_disk' => self::TEXT + ['Default' => '0'] + self::SIMPLE,
        'additional_disk_limits' => self::TEXT + ['Default' => '0/0/0/0'],
        'additional_disk_storage' => self::TEXT + ['Default' => '', 'Loader' => 'proxmoxkvm_LoadAdditionalStorages']
            + self::SIMPLE,
        'bridge' => self::TEXT + ['Default' => 'auto', 'Loader' => 'proxmoxkvm_LoadBridges'] + self::SIMPLE,
        'vlan' => self::TEXT + ['Default' => ''] + self::SIMPLE,
        'network_rate' => self::TEXT + ['Default' => '0'] + self::SIMPLE,
        'nic_model' => [
            'Type' => 'dropdown',
            'Options' => 'as in template,virtio,e1000,rtl8139,vmxnet3',
            'Default' => 'as in template',
        ],
        'addressing' => ['Type' => 'dropdown', 'Options' => 'static,dhcp', 'Default' => 'static'],
        'firewall' => [
            'Type' => 'dropdown',
            'Options' => 'off,on,on with anti-spoofing',
            'Default' => 'off',
        ] + self::SIMPLE,
        'firewall_rules' => self::LINES + ['Default' => ''],
        'cloud_init_user' => self::TEXT + ['Default' => 'root'] + self::SIMPLE,
        'vm_name' => self::TEXT + ['Default' => '{client_id}-{service_id}'],
        'main_domain' => self::TEXT + ['Default' => ''] + self::SIMPLE,
        'backup_storage' => self::TEXT + ['Default' => '', 'Loader' => 'proxmoxkvm_LoadBackupStorages'] + self::SIMPLE,
        'more_settings' => self::LINES + ['Default' => ''],
    ];

    /** @return array<string, array<string, mixed>> */
    public static function forWhmcs(): array
    {
        $shown = [];
        foreach (self::OPTIONS as $key => $option) {
            $shown[$key] = ['FriendlyName' => Lang::text("option_$key")] + $option
                + ['Description' => Lang::text("option_{$key}_help")];
        }

        return $shown;
    }

    /** @return list<string> */
    public static function keys(): array
    {
        return array_keys(self::OPTIONS);
    }

    /** @return array<string, string> */
    public static function defaults(): array
    {
        return array_map(static fn (array $option): string => $option['Default'], self::OPTIONS);
    }
}
