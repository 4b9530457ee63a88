<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** What a machine shows at this moment, as a picture: people see at once that it hangs at its boot loader. */
final class ClientScreen
{
    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $post
     * @return array{ok: bool, message: string, png: string} in base64
     */
    public static function of(array $params, string $method, array $post): array
    {
        try {
            $whmcs = new Params($params);
            Visitor::mayChange($whmcs, $method, $post);

            return ['ok' => true, 'message' => '', 'png' => Entry::perform('screenshot', $whmcs, 'client')['png']];
        } catch (Throwable $error) {
            return ['ok' => false, 'message' => Problem::forClient($error), 'png' => ''];
        }
    }
}
