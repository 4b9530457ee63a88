<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** Entries of an activity log, for the client that they are shown to. Plain text. */
final class ClientActivity
{
    /**
     * @param array<array-key, array<string, mixed>> $entries of the core
     * @return list<array<string, string>>
     */
    public static function of(array $entries): array
    {
        return array_map(self::row(...), array_values($entries));
    }

    /**
     * @param array<string, mixed> $entry
     * @return array{moment: string, at: string, what: string, result: string, who: string, took: string}
     */
    private static function row(array $entry): array
    {
        $state = (string) ($entry['state'] ?? '');
        $ip = (string) ($entry['ip'] ?? '');
        $isOwn = ($entry['actor'] ?? '') === 'client';
        $at = (float) ($entry['at'] ?? 0);
        $took = $entry['took_s'] ?? null;

        return [
            // The script writes it in the visitor's own time zone.
            'moment' => gmdate('Y-m-d\TH:i:s\Z', (int) $at),
            'at' => Locale::moment($at),
            'what' => Progress::asked($entry, Locale::moment(...)),
            'result' => Lang::word("activity_$state", $state),
            'who' => $isOwn
                ? Lang::text('client_activity_you') . ($ip === '' ? '' : " ($ip)")
                : Lang::text('actor_cron'),
            'took' => is_numeric($took) ? Locale::duration((float) $took) : '',
        ];
    }
}
