<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** What is being done to a machine at this moment: `Shutting down`, since when, and how far it is where its task says so. */
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
                $percent = $shown['service']['task']['percent'] ?? null;
                $far = is_numeric($percent) ? ' ' . Locale::percent((float) $percent / 100) : '';

                return ['label' => Lang::text($label) . $far, 'since' => (float) ($entry['at'] ?? 0)];
            }
        }

        return null;
    }
}
