<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Authentication\CurrentUser;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;

/**
 * Whoever asks for a client page of a service. WHMCS has found the service among the visitor's own before
 * it calls the module; this looks once more, and at what WHMCS leaves to modules: method and token.
 */
final class Visitor
{
    private const ACTIVE = 'Active';

    public static function token(): string
    {
        $token = function_exists('generate_token') ? \generate_token('plain') : '';

        return is_string($token) ? $token : '';
    }

    /** Throws unless this visitor may see the service. */
    public static function mustOwn(Params $whmcs): void
    {
        $client = (new CurrentUser())->client();
        if ($client === null || $whmcs->clientId() <= 0 || (int) $client->id !== $whmcs->clientId()) {
            throw new Refused(Lang::text('client_not_yours'));
        }
    }

    /**
     * Throws unless this visitor may change the service, and meant to: a link or a picture on a foreign
     * page cannot send what a form of ours sends.
     *
     * @param array<string, mixed> $post
     */
    public static function mayChange(Params $whmcs, string $method, array $post): void
    {
        self::mustOwn($whmcs);
        if ($method !== 'POST') {
            throw new Refused(Lang::text('client_use_buttons'));
        }
        $token = self::token();
        $sent = $post['token'] ?? null;
        if ($token === '' || !is_string($sent) || !hash_equals($token, $sent)) {
            throw new Refused(Lang::text('client_token'));
        }
        $status = Services::status($whmcs->serviceId());
        if ($status !== self::ACTIVE) {
            throw new Refused(Lang::text($status === 'Suspended' ? 'client_suspended' : 'client_not_active'));
        }
    }
}
