<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/**
 * A password that WHMCS has before the machine gets it: whenever this ends early, the one that the machine may have
 * can be looked up.
 */
final class PasswordChange
{
    /**
     * @param array<string, mixed> $params
     * @return array<string, mixed> the core's reply; without `by` the request was known, and nothing was done
     */
    public static function give(string $password, array $params, int $serviceId): array
    {
        $before = Services::password($serviceId);
        $written = Services::setPassword($serviceId, $password);
        $isOpen = false;
        try {
            $reply = Entry::perform('change_password', new Params(['password' => $password] + $params), 'client');
            $isOpen = isset($reply['by']);
            // Another page may have written its own meanwhile: the machine has this one.
            $isOpen && Services::setPassword($serviceId, $password);

            return $reply;
        } catch (Throwable $error) {
            // The machine may have it, or gets it yet.
            $isOpen = $error instanceof CoreError && $error->isOpen;
            throw $error;
        } finally {
            // What another page has written since stays.
            $isOpen || Capsule::table('tblhosting')->where('id', $serviceId)->where('password', $written)
                ->update(['password' => \encrypt($before)]);
        }
    }
}
