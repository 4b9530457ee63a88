<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** The backups of a service as pages show them, from the core's answer. Plain text. */
final class Backups
{
    /** What is told of one, in this order. */
    private const MARKS = [
        'protected' => 'client_backup_is_protected',
        'scheduled' => 'client_backup_is_scheduled',
        'before_reinstall' => 'client_backup_is_before_reinstall',
        'encrypted' => 'client_backup_is_encrypted',
        'verified' => 'client_backup_is_verified',
        'broken' => 'client_backup_is_broken',
    ];

    /**
     * @param array<string, mixed> $page
     * @return array<string, mixed> rows, the newest first; how many of how many, and how large
     */
    public static function of(array $page): array
    {
        $rows = array_map(self::row(...), array_values($page['backups'] ?? []));

        return [
            'failed' => '',
            'rows' => $rows,
            'is_empty' => $rows === [],
            'count' => Kept::count($page),
            'used' => self::used((float) ($page['bytes'] ?? 0), $page['most_bytes'] ?? null),
            'is_full' => ($page['have'] ?? 0) >= ($page['most'] ?? 0) ? Lang::text('client_backup_quota') : '',
            'stops' => ($page['stops'] ?? false) === true,
            'next' => Schedules::next($page['schedule'] ?? null),
            'missed' => self::missed($page['missed'] ?? null),
        ] + Beside::of($page['beside'] ?? null);
    }

    /** @param array<string, mixed>|null $missed */
    private static function missed(?array $missed): string
    {
        $why = (string) ($missed['client'] ?? '');

        return $missed === null ? '' : Lang::text('client_backups_missed', [
            'count' => (string) $missed['in_a_row'],
            'at' => Locale::moment((float) $missed['at']),
            'reason' => Lang::text(Lang::has($why) ? $why : 'client_failed'),
        ]);
    }

    private static function used(float $bytes, int|float|null $most): string
    {
        $values = ['used' => Locale::bytes($bytes)];

        return match (true) {
            $most !== null => Lang::text('client_backups_used_of', $values + ['most' => Locale::bytes((float) $most)]),
            $bytes > 0 => Lang::text('client_backups_used', $values),
            default => '',
        };
    }

    /**
     * @param array<string, mixed> $one
     * @return array<string, mixed>
     */
    private static function row(array $one): array
    {
        $name = (string) ($one['name'] ?? '');
        $note = (string) ($one['note'] ?? '');
        $at = (float) ($one['at'] ?? 0);
        $restore = (string) ($one['restore'] ?? '');
        $isProtected = ($one['protected'] ?? false) === true;

        return [
            'name' => $name,
            'own' => $name !== '',
            'restore' => $restore,
            'note' => $note,
            'key' => match (true) {
                $name !== '' => $name,
                $restore !== '' => $restore,
                default => "kept-$at",
            },
            'title' => match (true) {
                $note !== '' => $note,
                $name === '' => Lang::text('client_snapshot_foreign_title'),
                default => Locale::moment($at),
            },
            'marks' => Kept::marks(self::MARKS, ['broken' => ($one['verified'] ?? null) === false] + $one),
            'moment' => gmdate('Y-m-d\TH:i:s\Z', (int) $at),
            'at' => Locale::moment($at),
            'age' => Locale::duration(microtime(true) - $at),
            'size' => isset($one['size']) ? Locale::bytes((float) $one['size']) : '',
            'ends' => isset($one['ends_at'])
                ? Lang::text('client_snapshot_ends', ['at' => Locale::moment((float) $one['ends_at'])]) : '',
            'protected' => $name !== '' && $isProtected,
            'open' => $name !== '' && !$isProtected,
            'place' => (string) ($one['place']['volume'] ?? ''),
        ];
    }
}
