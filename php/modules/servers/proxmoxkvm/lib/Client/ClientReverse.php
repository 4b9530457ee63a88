<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Admin\ReverseNames;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The reverse names on the client's page: the form of each own address, and what it sends. */
final class ClientReverse
{
    /** No name is longer. */
    private const LONGEST = 253;

    /**
     * @param array<string, mixed> $shown the core's answer
     * @return array<string, mixed>|null null where the product does not allow it, or nobody would write the names
     */
    public static function forPage(array $shown): ?array
    {
        if (($shown['permissions']['rdns'] ?? false) !== true || !Zones::anyReverse()) {
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

    /**
     * @param array<string, mixed> $post
     * @return array{address: string, name: string} for the core, which checks both
     */
    public static function asked(array $post): array
    {
        return ['address' => self::text($post['address'] ?? ''), 'name' => self::text($post['hostname'] ?? '')];
    }

    /** WHMCS encodes what browsers send like what it stores. */
    private static function text(mixed $value): string
    {
        return is_string($value) ? mb_strcut(trim(Text::plain($value)), 0, self::LONGEST + 1) : '';
    }
}
