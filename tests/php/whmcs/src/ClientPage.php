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
        if (!in_array($suffix, \proxmoxkvm_ClientAreaAllowedFunctions($params), true)) {
            return 'Function Not Allowed';
        }

        return ('proxmoxkvm_' . $suffix)($params);
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
        $smarty->assign(['WEB_ROOT' => '', 'serviceid' => $serviceId, 'token' => \generate_token('plain')]);
        $smarty->assign($page['templateVariables']);
        $module = dirname(__DIR__, 4) . '/php/modules/servers/proxmoxkvm/';

        return $smarty->fetch('file:' . $module . $page['tabOverviewModuleOutputTemplate']);
    }

    public static function login(int $clientId): void
    {
        $_SESSION['uid'] = $clientId;
    }

    private static function owns(int $clientId, int $serviceId): bool
    {
        return Capsule::table('tblhosting')->where('id', $serviceId)->where('userid', $clientId)->exists();
    }
}
