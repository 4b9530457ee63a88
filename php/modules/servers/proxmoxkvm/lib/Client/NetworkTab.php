<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The addresses, and where the product allows it their reverse names. */
final class NetworkTab extends Tab
{
    public static function isThere(Seen $seen): bool
    {
        return ($seen->service()['addresses'] ?? []) !== [];
    }

    public static function of(Seen $seen): array
    {
        return [
            'title' => Lang::text('client_addresses'),
            'reverse' => Lang::text('client_reverse'),
            'help' => Lang::text('client_reverse_help'),
            'save' => Lang::text('client_reverse_save'),
            'copy' => Lang::text('client_copy'),
            // Without a zone nobody would write the names.
            'names' => $seen->has('set_reverse_name') && Zones::anyReverse(),
        ];
    }

    public static function live(Seen $seen): array
    {
        return ['addresses' => ClientReverse::names($seen->shown)];
    }
}
