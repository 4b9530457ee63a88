<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** The snapshots of a service as pages show them, from the core's answer. Plain text. */
final class Snapshots
{
    /** What is told of one, in this order. */
    private const MARKS = [
        'newest' => 'client_snapshot_is_newest',
        'ram' => 'client_snapshot_is_ram',
        'scheduled' => 'client_snapshot_is_scheduled',
        'unfinished' => 'client_snapshot_is_unfinished',
    ];

    /**
     * @param array<string, mixed> $page
     * @return array<string, mixed> rows, the newest first; how many of how many; why there can be none
     */
    public static function of(array $page): array
    {
        $rows = array_map(self::row(...), array_values($page['snapshots'] ?? []));

        return [
            'failed' => '',
            'rows' => $rows,
            'is_empty' => $rows === [],
            'count' => Kept::count($page),
            'impossible' => ($page['possible'] ?? null) === false ? Lang::text('client_snapshot_impossible') : '',
            'is_full' => self::room($page),
            'ram' => ($page['ram'] ?? false) === true,
            'more_disks' => ($page['more_disks'] ?? false) === true,
            'next' => Schedules::next($page['schedule'] ?? null),
        ];
    }

    /** @param array<string, mixed> $page what is in the way of one more, or goes for it */
    private static function room(array $page): string
    {
        $goes = self::names($page['makes_room'] ?? []);

        return match (true) {
            ($page['full'] ?? false) === true => Lang::text('client_snapshot_quota'),
            $goes !== '' => Lang::text('client_snapshot_goes', ['names' => $goes]),
            default => '',
        };
    }

    /** @param list<array<string, mixed>> $some */
    private static function names(array $some): string
    {
        return implode(', ', array_map(self::title(...), $some));
    }

    /**
     * @param array<string, mixed> $one
     * @return array<string, mixed>
     */
    private static function row(array $one): array
    {
        $isOwn = ($one['own'] ?? false) === true;
        $at = $one['at'] ?? null;
        $lost = self::names($one['loses'] ?? []);
        $blocked = (string) ($one['blocked'] ?? '');
        $isWhole = ($one['unfinished'] ?? false) !== true;

        return [
            'name' => (string) $one['name'],
            'title' => $isOwn ? self::title($one) : Lang::text('client_snapshot_foreign_title'),
            'marks' => Kept::marks(self::MARKS, $one),
            'moment' => $at === null ? '' : gmdate('Y-m-d\TH:i:s\Z', (int) $at),
            'at' => $at === null ? '' : Locale::moment((float) $at),
            'age' => $at === null ? '' : Locale::duration(microtime(true) - (float) $at),
            'own' => $isOwn,
            'back' => $isOwn && $isWhole && $blocked === '',
            'why' => $isOwn && $blocked !== '' ? Lang::word("client_$blocked", $blocked) : '',
            'ends' => self::ends($one['ends_at'] ?? null),
            'lost' => $lost === '' ? '' : Lang::text('client_snapshot_lost', ['names' => $lost]),
            'loses' => (string) ($one['loses'][0]['name'] ?? ''),
        ];
    }

    private static function ends(int|float|null $at): string
    {
        return $at === null ? '' : Lang::text('client_snapshot_ends', ['at' => Locale::moment((float) $at)]);
    }

    /** @param array<string, mixed> $one */
    private static function title(array $one): string
    {
        $label = (string) ($one['label'] ?? '');

        return $label === '' ? (string) $one['name'] : $label;
    }
}
