<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;

/** WHMCS's side of an addon module: activates it, hands it its settings, shows what it prints. */
final class AddonPage
{
    private const MODULE = 'proxmoxkvm';

    public static function html(): string
    {
        $file = STAND_IN_MODULES . '/addons/' . self::MODULE . '/' . self::MODULE . '.php';
        if (!is_file($file)) {
            return 'There is no addon module';
        }
        require_once $file;
        $config = \proxmoxkvm_config();
        self::activate($config);
        ob_start();
        \proxmoxkvm_output(Capsule::table('tbladdonmodules')->where('module', self::MODULE)->pluck('value', 'setting')
            ->all() + [
                'module' => self::MODULE,
                'modulelink' => 'addonmodules.php?module=' . self::MODULE,
                'version' => $config['version'],
                '_lang' => self::language(),
            ]);

        return (string) ob_get_clean();
    }

    /** @param array<string, mixed> $config */
    private static function activate(array $config): void
    {
        $settings = Capsule::table('tbladdonmodules')->where('module', self::MODULE);
        if ((clone $settings)->exists()) {
            return;
        }
        function_exists('proxmoxkvm_activate') && \proxmoxkvm_activate();
        $values = array_column(array_map(
            static fn (string $name, array $field): array => [$name, (string) ($field['Default'] ?? '')],
            array_keys($config['fields'] ?? []),
            $config['fields'] ?? []
        ), 1, 0);
        foreach ($values + ['version' => $config['version'], 'access' => '1'] as $setting => $value) {
            Capsule::table('tbladdonmodules')
                ->insert(['module' => self::MODULE, 'setting' => $setting, 'value' => $value]);
        }
    }

    /** @return array<string, string> */
    private static function language(): array
    {
        $_ADDONLANG = [];
        $file = STAND_IN_MODULES . '/addons/' . self::MODULE . '/lang/english.php';
        is_file($file) && require $file;

        return $_ADDONLANG;
    }
}
