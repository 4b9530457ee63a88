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
     * @param array<string, mixed>|null $service as the core shows it; null when it does not know it
     * @param list<array<string, mixed>> $steps
     * @param array<string, mixed>|null $live what Proxmox VE shows; null where nobody asked, or nobody answered
     * @return array<string, mixed>
     */
    public static function of(?array $service, array $steps, string $statusInWhmcs, ?array $live = null): array
    {
        $state = self::state($service, $statusInWhmcs);
        $progress = Progress::of($steps, (string) ($service['status'] ?? ''));
        $isBuilt = $state === 'building' || $state === 'delayed';

        $canPress = $state === 'ready' && $statusInWhmcs === 'Active';
        $power = (string) ($live['status'] ?? '');

        return self::view($state, ClientLive::of($live) + self::power($state, $live) + [
            'can_press' => $canPress,
            'can' => [
                'ClientStart' => $canPress && $power !== 'running',
                'ClientStop' => $canPress && $power !== 'stopped',
                'ClientReboot' => $canPress && $power !== 'stopped',
                'ClientReverseName' => $canPress,
            ],
            'domain' => (string) ($service['domain'] ?? ''),
            'username' => (string) ($service['username'] ?? ''),
            'has_password' => $statusInWhmcs === 'Active' && ($service['username'] ?? '') !== '' && $state !== 'gone',
            'addresses' => array_values(array_map('strval', $service['addresses'] ?? [])),
            'progress' => $isBuilt && $progress->total() > 0,
            'percent' => $progress->percent(),
            'step' => $progress->next() === null ? '' : Lang::text('client_step', [
                'number' => (string) ($progress->position + 1),
                'total' => (string) $progress->total(),
                'step' => Progress::words($progress->next()),
            ]),
        ]);
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
            'can_press' => false,
            'can' => array_fill_keys(['ClientStart', 'ClientStop', 'ClientReboot', 'ClientReverseName'], false),
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

    /** @param array<string, mixed>|null $service */
    private static function state(?array $service, string $statusInWhmcs): string
    {
        $status = (string) ($service['status'] ?? '');

        return match (true) {
            in_array($statusInWhmcs, ['Terminated', 'Cancelled', 'Fraud'], true),
            in_array($status, ['terminate', 'removed'], true) => 'gone',
            $statusInWhmcs === 'Suspended', ($service['suspended'] ?? false) === true => 'suspended',
            $service === null => 'waiting',
            $status === 'ready' => 'ready',
            in_array($status, ['change_package', 'set_dns_records'], true) => 'changing',
            // What the cron cannot solve alone waits for the hoster, not for the client.
            ($service['error']['attention'] ?? false) === true => 'delayed',
            default => 'building',
        };
    }
}
