<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The last things that a client, or the module, has done to a service: a small list. Plain text. */
final class ClientActivity
{
    /**
     * @param array<string, mixed> $shown the core's answer
     * @return list<array{at: string, what: string, result: string, who: string}>
     */
    public static function of(array $shown): array
    {
        return array_map(self::row(...), array_values($shown['activity'] ?? []));
    }

    /**
     * @param array<string, mixed> $entry
     * @return array{at: string, what: string, result: string, who: string}
     */
    private static function row(array $entry): array
    {
        $state = (string) ($entry['state'] ?? '');
        $ip = (string) ($entry['ip'] ?? '');
        $isOwn = ($entry['actor'] ?? '') === 'client';

        return [
            'at' => Text::time($entry['at'] ?? null),
            'what' => Progress::words((string) ($entry['action'] ?? '')),
            'result' => Lang::word("activity_$state", $state),
            'who' => $isOwn
                ? Lang::text('client_activity_you') . ($ip === '' ? '' : " ($ip)")
                : Lang::text('actor_cron'),
        ];
    }
}
