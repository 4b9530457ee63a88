<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;

/** The actions of the client's page, as the core lists them. */
final class ClientActions
{
    /** These have a section of their own on the page. */
    private const ELSEWHERE = ['names'];

    /**
     * @param array<string, mixed> $shown the core's answer
     * @return list<array<string, mixed>> a button each
     */
    public static function buttons(array $shown): array
    {
        $buttons = [];
        foreach ($shown['actions'] ?? [] as $action) {
            if (!in_array($action['group'], self::ELSEWHERE, true)) {
                $name = (string) $action['name'];
                $buttons[] = [
                    'name' => $name,
                    'label' => Lang::word("action_$name", $name),
                    'sure' => $action['sure'] === 'no' ? '' : Lang::word("action_{$name}_sure", $name),
                    'typed' => $action['sure'] === 'typed',
                    'inputs' => array_column($action['inputs'] ?? [], 'name'),
                ];
            }
        }

        return $buttons;
    }

    /**
     * What a browser names is a name like any other: of all that the library can be asked, a customer may ask for the
     * actions that some product gives to customers. Whether this product does, the core says.
     */
    public static function mustBeForClients(string $action): void
    {
        $row = array_column(Native::catalogue('actions'), null, 'name')[$action] ?? [];
        if (!isset($row['switch'])) {
            throw new Refused(Lang::text('client_forbidden'));
        }
    }

    public static function done(string $action): string
    {
        return Lang::word("action_{$action}_done", $action);
    }
}
