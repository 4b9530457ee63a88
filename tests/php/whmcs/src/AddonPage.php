<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Front;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;

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
        $vars = self::vars();
        if (!self::mayEnter($vars['access'])) {
            return 'Access Denied';
        }
        ob_start();
        \proxmoxkvm_output($vars);

        return (string) ob_get_clean();
    }

    /**
     * The page for a test in this process, with what the browser shows after a redirection.
     *
     * @param array<string, string> $get
     * @param array<string, string>|null $post
     */
    public static function visit(array $get, ?array $post = null): string
    {
        $vars = self::vars();
        $_SESSION['adminid'] ??= 1;
        if (!self::mayEnter($vars['access'])) {
            return 'Access Denied';
        }
        $_POST = $post ?? [];
        $answer = Front::answer(new Request($vars, $post === null ? 'GET' : 'POST', $get, $_POST));
        $_POST = [];
        if ($answer->redirect === null) {
            return $answer->html;
        }
        parse_str((string) parse_url($answer->redirect, PHP_URL_QUERY), $next);

        return self::visit($next);
    }

    /** @return array<string, mixed> what the module is given; it is activated at the first visit */
    private static function vars(): array
    {
        require_once STAND_IN_MODULES . '/addons/' . self::MODULE . '/' . self::MODULE . '.php';
        $config = \proxmoxkvm_config();
        self::activate($config);
        $settings = Capsule::table('tbladdonmodules')->where('module', self::MODULE)->pluck('value', 'setting')->all();

        return $settings + [
            'module' => self::MODULE,
            'modulelink' => 'addonmodules.php?module=' . self::MODULE,
            'version' => $config['version'],
            '_lang' => self::language(),
        ];
    }

    /** Access to an addon module belongs to roles; whoever has no row here is a full administrator. */
    private static function mayEnter(string $access): bool
    {
        $role = Capsule::table('tbladmins')->where('id', $_SESSION['adminid'] ?? 0)->value('roleid') ?? 1;

        return in_array((string) $role, explode(',', $access), true);
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
