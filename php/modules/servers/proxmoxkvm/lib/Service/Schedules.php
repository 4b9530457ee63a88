<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** When something is done by itself, as pages show it and ask for it. Plain text. */
final class Schedules
{
    private const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

    /** The hours at which a window begins; it lasts until the next one. */
    private const HOURS = [0, 4, 8, 12, 16, 20];

    /** @return array<string, string> labels by the core's words */
    public static function days(): array
    {
        $label = static fn (string $day): string => Lang::text("weekday_$day");

        return array_combine(self::DAYS, array_map($label, self::DAYS));
    }

    /** @return array<int, string> labels by the hour */
    public static function hours(): array
    {
        $label = static fn (int $hour): string => sprintf('%02d:00 – %02d:00', $hour, $hour + 4);

        return array_combine(self::HOURS, array_map($label, self::HOURS));
    }

    /**
     * @param array<string, mixed>|null $schedule what is chosen
     * @return array{on: array<string, bool>, hour: int}
     */
    public static function chosen(?array $schedule): array
    {
        return [
            'on' => array_fill_keys($schedule['days'] ?? [], true),
            'hour' => (int) ($schedule['hour'] ?? self::HOURS[1]),
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
