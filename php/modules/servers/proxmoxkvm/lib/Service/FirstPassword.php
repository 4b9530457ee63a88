<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/**
 * The password of an order is often WHMCS's own, and Windows may refuse such a one by its policy. The order is paid,
 * no machine has it yet, and the shop has looked at what customers type: another one takes its place, in WHMCS too.
 */
final class FirstPassword
{
    private const REFUSED = 'windows_password';

    /** @param array<string, mixed> $params @return string 'success', or why not */
    public static function create(array $params): string
    {
        return Entry::verb('create', $params, [], self::perform(...));
    }

    /**
     * @param array<string, mixed>|Params $params
     * @param array<string, mixed> $more
     * @return array<string, mixed> the core's reply
     */
    private static function perform(string $verb, array|Params $params, string $actor, array $more): array
    {
        try {
            return Entry::perform($verb, $params, $actor, $more);
        } catch (CoreError $error) {
            if ($error->reason !== self::REFUSED) {
                throw $error;
            }
        }
        $whmcs = $params instanceof Params ? $params : new Params($params);
        $password = NewPassword::random();
        Services::setPassword($whmcs->serviceId(), $password);

        return Entry::perform($verb, $whmcs->withPassword($password), $actor, $more);
    }
}
