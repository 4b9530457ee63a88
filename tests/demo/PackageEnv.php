<?php

declare(strict_types=1);

namespace Demo;

use InvalidArgumentException;
use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;

/** Options of the demo's product, from environment variables such as PACKAGE_RAM. */
final class PackageEnv
{
    private const ALIASES = [
        'STORAGE' => 'system_disk_storage',
        'CORES' => 'cpu_cores',
        'CPU' => 'cpu_cores',
        'CPUS' => 'cpu_cores',
        'MEMORY' => 'ram',
        'DISK' => 'system_disk',
        'DISK_LIMITS' => 'system_disk_limits',
        'TEMPLATE' => 'os_template',
        'NODE' => 'target_node',
        'FIRST_VMID' => 'first_vm_id',
        'RATE' => 'network_rate',
        'RULES' => 'firewall_rules',
        'USER' => 'cloud_init_user',
        'CLOUDINIT_USER' => 'cloud_init_user',
        'NAME' => 'vm_name',
        'DOMAIN' => 'main_domain',
    ];

    /** For the simulator: a bit of everything. */
    public const SIMULATED = [
        'cpu_cores' => '2',
        'ram' => '2',
        'system_disk' => '8',
        'system_disk_limits' => '100/80/1000/800',
        'additional_disk' => '4',
        'additional_disk_limits' => '50/40/500/400',
        'network_rate' => '50',
        'firewall' => 'on with anti-spoofing',
        'firewall_rules' => "IN ACCEPT -p tcp -dport 22\nIN ACCEPT -p icmp",
        'main_domain' => 'example.net',
    ];

    /** For a real Proxmox VE: the smallest machine, disks as in the template. */
    public const REAL = [
        'cpu_cores' => '1',
        'ram' => '0.5',
        'main_domain' => 'example.net',
    ];

    /**
     * @param array<string, string> $environment
     * @param array<string, string> $defaults
     * @return array<string, string> by key of the catalogue
     */
    public static function options(array $environment, array $defaults): array
    {
        $known = self::ALIASES;
        foreach (array_keys(Catalogue::fields()) as $key) {
            $known[strtoupper($key)] = $key;
        }
        $options = $defaults;
        foreach ($environment as $variable => $value) {
            if (!str_starts_with($variable, 'PACKAGE_')) {
                continue;
            }
            $name = substr($variable, strlen('PACKAGE_'));
            $key = $known[$name] ?? throw new InvalidArgumentException(
                "$variable is no option of the package; did you mean PACKAGE_" . self::nearest($name, $known) . '?'
            );
            $options[$key] = self::lines($value);
        }

        return $options;
    }

    /** A line break may be written as `\n` where real ones are hard to pass on. */
    public static function lines(string $value): string
    {
        return str_replace('\n', "\n", $value);
    }

    /** @param array<string, string> $known */
    private static function nearest(string $name, array $known): string
    {
        $distances = [];
        foreach (array_keys($known) as $candidate) {
            $distances[$candidate] = levenshtein($name, $candidate);
        }
        asort($distances);

        return (string) array_key_first($distances);
    }
}
