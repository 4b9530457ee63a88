<?php

declare(strict_types=1);

namespace Demo;

use WHMCS\Database\Capsule;

/** What the demo measured, from the module log of WHMCS and the service's history. */
final class Report
{
    /** @var list<array{string, int}> status and milliseconds since CreateAccount */
    public array $statuses = [];

    /** @var array{total: int, rules: int, polls: int, by_kind: array<string, int>} */
    public array $requests = ['total' => 0, 'rules' => 0, 'polls' => 0, 'by_kind' => []];

    /**
     * @param list<array<string, mixed>> $events of the service
     * @param float $start when CreateAccount was called
     */
    public function __construct(array $events, float $start)
    {
        $this->statuses[] = ['creation', 0];
        usort($events, static fn (array $a, array $b): int => $a['at'] <=> $b['at']);
        foreach ($events as $event) {
            if ($event['result'] === 'ok') {
                $this->statuses[] = [$event['what'], (int) round(($event['at'] - $start) * 1000)];
            }
        }
        $calls = Capsule::table('tblmodulelog')->whereIn('action', ['create', 'cron']);
        foreach ($calls->pluck('response') as $response) {
            $this->add(json_decode((string) $response, true)['requests'] ?? []);
        }
    }

    /** @param array<string, mixed> $requests of one reply of the core */
    private function add(array $requests): void
    {
        foreach (['total', 'rules', 'polls'] as $counter) {
            $this->requests[$counter] += (int) ($requests[$counter] ?? 0);
        }
        foreach ($requests['by_kind'] ?? [] as $kind => $count) {
            $this->requests['by_kind'][$kind] = ($this->requests['by_kind'][$kind] ?? 0) + (int) $count;
        }
        arsort($this->requests['by_kind']);
    }
}
