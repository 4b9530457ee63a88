<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** When something is done by itself, as pages show it and ask for it. Plain text. */
final class Schedules
{
    /** The hour of whoever has chosen none: at night. */
    private const USUAL = 4;

    /** @return array<string, string> labels by the words of the action that schedules */
    public static function days(string $action): array
    {
        $days = ActionInputs::words($action, 'days');
        $label = static fn (string $day): string => Lang::text("weekday_$day");

        return array_combine($days, array_map($label, $days));
    }

    /** @return array<int, string> labels by the hour at which a window begins; it lasts until the next one */
    public static function hours(string $action): array
    {
        $hours = array_map(intval(...), ActionInputs::words($action, 'hour'));
        $label = static fn (int $hour, int $end): string => sprintf('%02d:00 – %02d:00', $hour, $end);

        return array_combine($hours, array_map($label, $hours, [...array_slice($hours, 1), 24]));
    }

    /**
     * @param array<string, mixed>|null $schedule what is chosen
     * @return array{on: array<string, bool>, hour: int}
     */
    public static function chosen(?array $schedule): array
    {
        return [
            'on' => array_fill_keys($schedule['days'] ?? [], true),
            'hour' => (int) ($schedule['hour'] ?? self::USUAL),
        ];
    }

    /** @param array<string, mixed>|null $schedule as the core shows it; none: the product has none */
    public static function next(?array $schedule): string
    {
        $next = $schedule['next_at'] ?? null;

        return match (true) {
            $schedule === null => '',
            $next === null => Lang::text('client_schedule_none'),
            default => Lang::text('client_schedule_next', ['at' => Locale::moment((float) $next)]),
        };
    }
}
