<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

/** What the machine has used, over time. */
final class GraphsTab extends Tab
{
    public const SCRIPTS = ['graphs.js'];

    public static function isThere(Seen $seen): bool
    {
        return $seen->service() !== [] && $seen->lets('graphs');
    }

    public static function of(Seen $seen): array
    {
        return ClientGraphs::forPage(ClientUsage::answered());
    }
}
