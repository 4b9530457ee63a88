<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Service\NewPassword;
use WHMCS\Module\Server\Proxmoxkvm\Service\PasswordChange;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** A new password for the machine: made here, given to it by the core, and WHMCS's from then on, as after WHMCS's own form. */
final class PasswordRenewal
{
    /** What the form sends as `do`. */
    public const DO = 'new';

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $post
     * @return array{ok: bool, message: string, password: string, restart?: bool}
     */
    public static function ask(array $params, string $method, array $post): array
    {
        try {
            $whmcs = new Params($params);
            Visitor::mayChange($whmcs, $method, $post);
            ClientPassword::mustBeAllowed($whmcs);
            $password = NewPassword::random();
            $reply = PasswordChange::give($password, $params, $whmcs->serviceId());
            if (!isset($reply['by'])) {
                // The same form sent again: what it has done is in WHMCS.
                return ['ok' => true, 'message' => '', 'password' => Services::password($whmcs->serviceId())];
            }
        } catch (Throwable $error) {
            return ['ok' => false, 'message' => Problem::forClient($error), 'password' => ''];
        }
        $isAtOnce = $reply['by'] !== 'cloudinit';
        $isRunning = ($reply['restart_needed'] ?? false) === true;
        $told = $isAtOnce ? 'client_password_now' : ($isRunning ? 'client_password_restart' : 'client_password_start');

        $makesHostKeys = !$isAtOnce && ($reply['service']['new_host_keys'] ?? true) === true;
        $message = Lang::text($told) . ($makesHostKeys ? ' ' . Lang::text('client_host_keys') : '');

        return ['ok' => true, 'message' => $message, 'password' => $password, 'restart' => $isRunning];
    }
}
