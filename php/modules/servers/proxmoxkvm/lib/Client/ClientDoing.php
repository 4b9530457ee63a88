<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** What is being done to a machine at this moment: `Shutting down`, and since when. */
final class ClientDoing
{
    /**
     * @param array<string, mixed> $shown the core's answer
     * @return array{label: string, since: float}|null
     */
    public static function of(array $shown): ?array
    {
        foreach ($shown['activity'] ?? [] as $entry) {
            $label = 'client_doing_' . ($entry['action'] ?? '');
            if (in_array($entry['state'] ?? '', ['running', 'queued'], true) && Lang::has($label)) {
                return ['label' => Lang::text($label), 'since' => (float) ($entry['at'] ?? 0)];
            }
        }

        return null;
    }
}
