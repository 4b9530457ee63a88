<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** What the client, and the module, have done. */
final class HistoryTab extends Tab
{
    public static function of(Seen $seen): array
    {
        return ['title' => Lang::text('client_activity'), 'none' => Lang::text('client_activity_none')];
    }

    public static function live(Seen $seen): array
    {
        $entries = ClientActivity::of($seen->shown);

        return ['entries' => $entries, 'is_empty' => $entries === []];
    }
}
