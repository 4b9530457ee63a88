<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/** An action as a form asks for it: where it is to come with a new password, that is made here. */
final class Renewal
{
    /** The input that asks for one. */
    public const INPUT = 'new_password';

    /** @param array<string, string> $inputs */
    public static function perform(string $action, Params $whmcs, string $actor, array $inputs): void
    {
        if (($inputs[self::INPUT] ?? '') !== '1') {
            Entry::perform($action, $whmcs, $actor, $inputs);

            return;
        }
        $password = NewPassword::random();
        $reply = Entry::perform($action, $whmcs->withPassword($password), $actor, $inputs);
        // Only then is the machine built with it; the same form sent again has changed nothing.
        if (isset($reply['by'])) {
            Services::setPassword($whmcs->serviceId(), $password);
        }
    }
}
