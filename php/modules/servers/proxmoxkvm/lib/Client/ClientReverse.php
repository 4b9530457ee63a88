<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Admin\ReverseNames;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The reverse names on the client's page: the form of each own address, and what it sends. */
final class ClientReverse
{
    /**
     * @param array<string, mixed> $shown the core's answer
     * @return array<string, mixed>|null null where the product does not allow it, or nobody would write the names
     */
    public static function forPage(array $shown): ?array
    {
        $actions = array_column($shown['actions'] ?? [], 'name');
        if (!in_array('set_reverse_name', $actions, true) || !Zones::anyReverse()) {
            return null;
        }

        return [
            'title' => Lang::text('client_reverse'),
            'help' => Lang::text('client_reverse_help'),
            'save' => Lang::text('client_reverse_save'),
            // A service without an address has a hidden form, which the script copies when there is one.
            'forms' => self::names($shown) ?: [['address' => '', 'name' => '']],
        ];
    }

    /**
     * @param array<string, mixed> $shown
     * @return list<array{address: string, name: string}>
     */
    public static function names(array $shown): array
    {
        $names = ReverseNames::of($shown);

        return array_map(
            static fn (string $address, string $name): array => ['address' => $address, 'name' => $name],
            array_map(strval(...), array_keys($names)),
            array_values($names)
        );
    }
}
