<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/** One look at a service for its client: what the core shows of it, and what of that a client sees. */
final class ClientLook
{
    /**
     * With one question to Proxmox VE.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed> what the client sees
     */
    public static function live(array $params): array
    {
        try {
            $whmcs = new Params($params);
            $more = $whmcs->serverId() > 0 ? ['server' => $whmcs->server()] : [];
        } catch (Throwable $error) {
            Problem::log('show', [], $error);
            $more = [];
        }

        return self::at($params, $more)[0];
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $more of the request to the core
     * @return array{array<string, mixed>, array<string, mixed>} what the client sees, and the core's answer
     */
    public static function at(array $params, array $more): array
    {
        $request = [];
        try {
            $whmcs = new Params($params);
            $status = Services::status($whmcs->serviceId());
            $request = ['service' => $whmcs->serviceId(), 'actor' => 'client', 'whmcs_status' => $status]
                + $whmcs->identity() + ClientActivity::asked($whmcs->clientId()) + $more;
            try {
                $shown = Native::call('show', $request);
            } catch (CoreError $error) {
                if ($error->reason !== 'unknown_service') {
                    throw $error;
                }
                $shown = [];
            }
            $view = ClientView::of($shown, $status);

            return [[
                'reverse' => ClientReverse::names($shown),
                'activity' => ClientActivity::of($shown),
            ] + ClientView::again($shown) + $view, $shown];
        } catch (Throwable $error) {
            Problem::log('show', $request, $error);

            return [ClientView::unknown(), []];
        }
    }
}
