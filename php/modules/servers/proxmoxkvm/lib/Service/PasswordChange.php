<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/** A new password of a machine that is there. */
final class PasswordChange
{
    /**
     * @param array<string, mixed> $params
     * @return array<string, mixed> the core's reply; without `by` the request was known, and nothing was done
     */
    public static function give(#[\SensitiveParameter] string $password, array $params, int $serviceId): array
    {
        $whmcs = new Params(['password' => $password] + $params);

        return Renewal::with($password, $serviceId, static function (string $word) use ($whmcs, $password): array {
            $reply = Entry::perform('change_password', $whmcs, 'client', ['renewal' => $word]);
            // Another page may have written its own meanwhile: the machine has this one.
            isset($reply['by']) && Services::setPassword($whmcs->serviceId(), $password);

            return $reply;
        });
    }
}
