<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Admin\ReverseNames;

/** The addresses of a service with the names that they lead to. */
final class ClientReverse
{
    /**
     * @param array<string, mixed> $shown the core's answer
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
