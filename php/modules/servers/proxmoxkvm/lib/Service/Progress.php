<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Where a service stands on the way from `creation` to `ready`, as the core says. */
final class Progress
{
    /**
     * @param int $done steps; of so many
     * @param string|null $next what is being worked on: the status that comes next
     * @param string|null $button label of the button that does it
     */
    private function __construct(
        public readonly int $done,
        public readonly int $total,
        public readonly ?string $next,
        public readonly ?string $button
    ) {
    }

    /**
     * @param array<string, mixed>|null $service as the core shows it
     * @return self|null null when it is on its way out, or not known
     */
    public static function of(?array $service): ?self
    {
        $progress = $service['progress'] ?? null;

        return is_array($progress)
            ? new self((int) $progress['done'], (int) $progress['total'], $progress['next'], $progress['button'])
            : null;
    }

    public function percent(): int
    {
        return $this->total === 0 ? 0 : (int) round(100 * $this->done / $this->total);
    }

    /**
     * What was asked for, in words; of a snapshot by its label, or its time; of SSH keys by their fingerprints.
     *
     * @param array<string, mixed> $entry of an activity log
     * @param callable(float): string $moment how a time is written
     */
    public static function asked(array $entry, callable $moment): string
    {
        $words = self::words((string) ($entry['action'] ?? ''));
        $label = (string) ($entry['snapshot']['label'] ?? '');
        $at = $entry['snapshot']['at'] ?? null;
        $name = $label === '' && is_numeric($at) ? $moment((float) $at) : $label;

        $names = array_filter([$name, ...$entry['keys'] ?? []]);

        return $names === [] ? $words : "$words: " . implode(', ', $names);
    }

    /** A status in words. One of a newer core has none yet, and keeps its name. */
    public static function words(string $status): string
    {
        $text = 'status_' . str_replace(' ', '_', $status);

        return Lang::word($text, $status);
    }
}
