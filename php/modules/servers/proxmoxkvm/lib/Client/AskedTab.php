<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Whmcs\SystemOffers;

/** Which tab a browser asks for, and what has to be known for it that costs something and that no other tab needs. */
final class AskedTab
{
    /** The parameter of the address, and the field of the page's forms, that names the tab. */
    public const PARAMETER = 'vm';

    private const REBUILD = 'rebuild';

    public static function name(): string
    {
        $asked = $_POST[self::PARAMETER] ?? $_GET[self::PARAMETER] ?? '';

        return is_string($asked) ? $asked : '';
    }

    /** @return array<string, mixed> of the core's request, from WHMCS's tables */
    public static function stored(int $serviceId): array
    {
        return self::name() === self::REBUILD ? ['systems' => SystemOffers::of($serviceId)] : [];
    }

    /** @return array<string, mixed> of the core's request, which then asks Proxmox VE for more */
    public static function live(): array
    {
        return self::name() === self::REBUILD ? ['losses' => true] : [];
    }
}
