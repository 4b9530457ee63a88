<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Who has done what, when, what came of it and how long it took: the client's own acts and the module's. */
final class HistoryTab extends Tab
{
    /** The parameter of the address that leads to older entries. */
    private const BEFORE = 'before';

    private const ROWS = 50;
    private const TEXTS = ['activity', 'activity_none', 'history_older', 'history_newest'];

    public static function of(Seen $seen): array
    {
        // An older page stays as it is; the newest is kept up to date by the script.
        return ['text' => Lang::named('client_', self::TEXTS), 'is_old' => self::before() !== null];
    }

    public static function live(Seen $seen): array
    {
        $page = Native::call('activity', [
            'service' => $seen->whmcs->serviceId(),
            'actor' => 'client',
            'by' => ['id' => $seen->whmcs->clientId()],
            'limit' => self::ROWS,
        ] + $seen->whmcs->identity() + array_filter(['before' => self::before()]));
        $entries = ClientActivity::of($page['entries'] ?? []);
        $next = $page['next'] ?? null;

        return [
            'entries' => $entries,
            'is_empty' => $entries === [],
            'older' => is_array($next) ? "$next[operation]-$next[at]" : '',
        ];
    }

    /** @return array{operation: int, at: float}|null */
    private static function before(): ?array
    {
        $asked = $_GET[self::BEFORE] ?? '';

        return is_string($asked) && preg_match('/^(\d{1,15})-(\d{1,12}(?:\.\d{1,9})?)$/D', $asked, $part) === 1
            ? ['operation' => (int) $part[1], 'at' => (float) $part[2]]
            : null;
    }
}
