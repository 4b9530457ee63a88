<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;

/** WHMCS's client area, as far as it shows the page of a service and calls a module's functions. */
final class ClientPage
{
    /** @param array<string, string> $post the form that the client sent */
    public static function custom(int $clientId, int $serviceId, string $suffix, string $method, array $post): string
    {
        self::login($clientId);
        [$_SERVER['REQUEST_METHOD'], $_POST] = [$method, $post];
        if (!self::owns($clientId, $serviceId)) {
            return 'Service not found';
        }
        $params = ParamsBuilder::service($serviceId);
        if (!in_array($suffix, self::allowed($params), true)) {
            return 'Function Not Allowed';
        }

        return ('proxmoxkvm_' . $suffix)($params);
    }

    /** The client's form for a new password. Unlike custom functions, WHMCS looks at its token itself. */
    public static function changePassword(int $clientId, int $serviceId, string $new, string $token): string
    {
        if (!hash_equals(\generate_token('plain'), $token)) {
            return 'Invalid token';
        }
        $isActive = Capsule::table('tblhosting')->where('id', $serviceId)->where('domainstatus', 'Active')->exists();

        return self::owns($clientId, $serviceId) && $isActive
            ? Dispatcher::changePassword($serviceId, $new)
            : 'Service not found';
    }

    /**
     * The module's part of the page.
     *
     * @param object $smarty of either version
     */
    public static function html(int $clientId, int $serviceId, object $smarty): string
    {
        self::login($clientId);
        if (!self::owns($clientId, $serviceId)) {
            return 'Service not found';
        }
        $page = \proxmoxkvm_ClientArea(ParamsBuilder::service($serviceId));
        $smarty->assign(['serviceid' => $serviceId, 'token' => \generate_token('plain')]);
        $smarty->assign($page['templateVariables']);
        $module = STAND_IN_MODULES . '/servers/proxmoxkvm/';

        return $smarty->fetch('file:' . $module . $page['tabOverviewModuleOutputTemplate']);
    }

    public static function login(int $clientId): void
    {
        $_SESSION['uid'] = $clientId;
    }

    /**
     * Buttons for clients and functions without one; either may be a list or `label => suffix`.
     *
     * @param array<string, mixed> $params
     * @return list<string>
     */
    private static function allowed(array $params): array
    {
        $allowed = [];
        foreach (['proxmoxkvm_ClientAreaCustomButtonArray', 'proxmoxkvm_ClientAreaAllowedFunctions'] as $function) {
            $allowed = [...$allowed, ...(function_exists($function) ? array_values($function($params)) : [])];
        }

        return $allowed;
    }

    private static function owns(int $clientId, int $serviceId): bool
    {
        return Capsule::table('tblhosting')->where('id', $serviceId)->where('userid', $clientId)->exists();
    }
}
