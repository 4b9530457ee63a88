<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Where a service stands on the way from `creation` to `ready`. The way itself is the core's table of steps. */
final class Progress
{
    /** Statuses beside the way: the machine was built to its end. */
    private const BUILT = ['change_package', 'set_dns_records'];

    /**
     * @param list<string> $statuses from the first to the last
     * @param int|null $position of the service among them; null when it is on its way out
     * @param string|null $button label of the button that does the next step
     */
    private function __construct(
        public readonly array $statuses,
        public readonly ?int $position,
        public readonly ?string $button
    ) {
    }

    /** @param list<array<string, mixed>> $steps as the core lists them, first step first */
    public static function of(array $steps, string $status): self
    {
        $statuses = $steps === [] ? [] : [(string) $steps[0]['from'], ...array_column($steps, 'name')];
        $found = array_search($status, $statuses, true);
        $position = match (true) {
            $found !== false => (int) $found,
            $statuses === [] => null,
            in_array($status, self::BUILT, true) => count($statuses) - 1,
            $status === 'reinstall' => 0,
            default => null,
        };

        return new self($statuses, $position, $found === false ? null : ($steps[(int) $found]['label'] ?? null));
    }

    public function total(): int
    {
        return max(0, count($this->statuses) - 1);
    }

    public function isComplete(): bool
    {
        return $this->position !== null && $this->position === $this->total();
    }

    public function percent(): int
    {
        return $this->total() === 0 ? 0 : (int) round(100 * ($this->position ?? 0) / $this->total());
    }

    /** What is being worked on: the status that comes next; null when there is none. */
    public function next(): ?string
    {
        return $this->position === null ? null : $this->statuses[$this->position + 1] ?? null;
    }

    /** A status in words. One of a newer core has none yet, and keeps its name. */
    public static function words(string $status): string
    {
        $text = 'status_' . str_replace(' ', '_', $status);

        return Lang::has($text) ? Lang::text($text) : $status;
    }
}
