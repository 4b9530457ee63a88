<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** What snapshots and backups of a service are told alike. Plain text. */
final class Kept
{
    /** @param array<string, mixed> $page */
    public static function count(array $page): string
    {
        return Lang::text('client_snapshots_count', [
            'have' => (string) ($page['have'] ?? 0),
            'most' => (string) ($page['most'] ?? 0),
        ]);
    }

    /**
     * @param array<string, string> $marks what is told of one, in this order: field => key of its text
     * @param array<string, mixed> $one
     */
    public static function marks(array $marks, array $one): string
    {
        $is = static fn (string $mark): bool => ($one[$mark] ?? false) === true;
        $words = array_filter($marks, $is, ARRAY_FILTER_USE_KEY);

        return implode(' · ', array_map(Lang::text(...), $words));
    }
}
