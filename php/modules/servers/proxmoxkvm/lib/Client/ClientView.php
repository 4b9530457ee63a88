<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** What a client sees of a service, for the page and for its refresh. Plain text: whoever prints it escapes it. */
final class ClientView
{
    /** State => Bootstrap's name of its colour. */
    private const COLOURS = [
        'ready' => 'success',
        'waiting' => 'info',
        'building' => 'info',
        'changing' => 'info',
        'delayed' => 'warning',
        'suspended' => 'warning',
        'gone' => 'default',
        'unknown' => 'default',
    ];

    /** Seconds until the page looks again. Soon also behind a button: what restarts is off for a moment. */
    public const SOON = 5;
    private const LATER = 30;

    /**
     * @param array<string, mixed> $shown the core's answer to a look; nothing when it does not know the service
     * @return array<string, mixed>
     */
    public static function of(array $shown, string $statusInWhmcs): array
    {
        $service = $shown['service'] ?? null;
        $state = $shown['state'] ?? self::unmade($statusInWhmcs);
        $progress = in_array($state, ['building', 'delayed'], true) ? Progress::of($service) : null;
        // Nobody knows what a machine does whose node does not answer.
        $live = isset($shown['live_error']) ? ['status' => ''] : $shown['live'] ?? null;

        return self::view($state, ClientLive::of($live) + self::power($state, $live) + [
            'can' => array_column($shown['actions'] ?? [], 'allowed', 'name'),
            'domain' => (string) ($service['domain'] ?? ''),
            'username' => (string) ($service['username'] ?? ''),
            'has_password' => $statusInWhmcs === 'Active' && ($service['username'] ?? '') !== '' && $state !== 'gone',
            'addresses' => array_values(array_map('strval', $service['addresses'] ?? [])),
            'progress' => $progress !== null,
            'percent' => $progress?->percent() ?? 0,
            'step' => $progress?->next === null ? '' : Lang::text('client_step', [
                'number' => (string) ($progress->done + 1),
                'total' => (string) $progress->total,
                'step' => Progress::words($progress->next),
            ]),
        ]);
    }

    /** The state of a service that the core does not know: it waits to be made, or is over. */
    private static function unmade(string $statusInWhmcs): string
    {
        return match ($statusInWhmcs) {
            'Terminated', 'Cancelled', 'Fraud' => 'gone',
            'Suspended' => 'suspended',
            default => 'waiting',
        };
    }

    /**
     * Ready says that it was built, and nothing of what it does now.
     *
     * @param array<string, mixed>|null $live
     * @return array<string, string> word, colour and sentence, where somebody has looked
     */
    private static function power(string $state, ?array $live): array
    {
        if ($state !== 'ready' || $live === null) {
            return [];
        }
        $power = in_array($live['status'] ?? '', ['running', 'stopped'], true) ? $live['status'] : 'unknown';

        return [
            'colour' => $power === 'running' ? 'success' : 'default',
            'label' => Lang::text("client_state_$power"),
            'hint' => Lang::text("client_hint_$power"),
        ];
    }

    /**
     * @param array<string, mixed> $shown the core's answer to a look
     * @return array{refresh?: int} what changes while another page of the client asks at this moment
     */
    public static function again(array $shown): array
    {
        return isset($shown['looked_at']) ? ['refresh' => self::SOON] : [];
    }

    /** @return array<string, mixed> when the module cannot say anything */
    public static function unknown(): array
    {
        return self::view('unknown', []);
    }

    /**
     * @param array<string, mixed> $more
     * @return array<string, mixed>
     */
    private static function view(string $state, array $more): array
    {
        return $more + [
            'state' => $state,
            'colour' => self::COLOURS[$state],
            'label' => Lang::text("client_state_$state"),
            'hint' => Lang::text("client_hint_$state"),
            'can' => [],
            'refresh' => in_array($state, ['waiting', 'building', 'changing'], true) ? self::SOON : self::LATER,
            'power' => '',
            'cpu' => '',
            'memory' => '',
            'domain' => '',
            'username' => '',
            'has_password' => false,
            'addresses' => [],
            'reverse' => [],
            'activity' => [],
            'progress' => false,
            'percent' => 0,
            'step' => '',
        ];
    }
}
