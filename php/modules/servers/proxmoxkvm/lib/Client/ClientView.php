<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Service\Rescue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** The head of the client's page, for the page and for its refresh. Plain text: whoever prints it escapes it. */
final class ClientView
{
    /** State => the tone of its dot, and what the page shows below its head. */
    private const STATES = [
        'ready' => ['none', 'tabs'],
        'waiting' => ['busy', 'setup'],
        'building' => ['busy', 'setup'],
        'changing' => ['busy', 'tabs'],
        'lost' => ['warn', 'tabs'],
        'delayed' => ['warn', 'delayed'],
        'suspended' => ['warn', 'suspended'],
        'gone' => ['none', 'gone'],
        'unknown' => ['none', 'nothing'],
    ];

    /** Seconds until the page looks again. Soon also behind a button: what restarts is off for a moment. */
    public const SOON = 5;
    private const LATER = 30;

    /** @return array<string, mixed> */
    public static function of(Seen $seen): array
    {
        $service = $seen->service();
        // Also of what keeps the machine from other changes meanwhile: a backup, a restore.
        $doing = in_array($seen->state, ['ready', 'changing'], true) ? ClientDoing::of($seen->shown) : null;
        $state = $seen->state === 'ready' && $doing === null ? self::power($seen->shown) : $seen->state;
        $isSoon = $doing !== null || isset($seen->shown['looked_at'])
            || isset($service['choices']['firewall_waits_until']) || ($service['status'] ?? '') === 'firewall'
            || in_array($state, ['waiting', 'building', 'changing'], true);

        $percent = $state === 'building' ? Setup::percent($seen->shown) : null;

        // Only to be forced off, if at all: the core says so, and the button is shown.
        $hangs = $doing === null && ($seen->shown['hangs'] ?? false) === true;

        $rescue = $seen->state === 'ready' ? Rescue::line($service) : '';

        return ($percent === null ? [] : [
            'label' => Lang::text('client_state_building') . ' ' . Locale::percent($percent / 100),
        ]) + ($hangs ? ['hint' => Lang::text('client_not_shut_down')] : [])
            + ($rescue !== '' ? ['hint' => $rescue] : [])
            + self::head($seen->state, $state, $doing) + [
            'hangs' => $hangs,
            'line' => ClientLine::of($seen),
            'version' => (string) ($service['choices']['version'] ?? ''),
            'can' => array_column($seen->shown['actions'] ?? [], 'allowed', 'name'),
            'refresh' => $isSoon ? self::SOON : self::LATER,
            'title' => (string) ($service['domain'] ?? '') ?: (string) ($service['name'] ?? '')
                ?: Lang::text('client_title'),
        ];
    }

    /** @return array<string, mixed> for whoever may not see the service, or not now */
    public static function unknown(): array
    {
        return self::head('unknown', 'unknown', null) + [
            'hangs' => false,
            'line' => '',
            'version' => '',
            'can' => [],
            'refresh' => self::LATER,
            'title' => Lang::text('client_title'),
        ];
    }

    /**
     * @param array{label: string, since: float}|null $doing
     * @return array<string, mixed>
     */
    private static function head(string $state, string $word, ?array $doing): array
    {
        [$tone, $pane] = self::STATES[$state];

        return [
            'state' => $state,
            'pane' => $pane,
            'tone' => $doing !== null ? 'busy' : ['running' => 'on', 'stopped' => 'off'][$word] ?? $tone,
            'label' => $doing['label'] ?? Lang::text("client_state_$word"),
            'since' => $doing['since'] ?? null,
            'elapsed' => $doing === null ? '' : Locale::duration(microtime(true) - $doing['since']),
            'now' => microtime(true),
            'hint' => $doing !== null || in_array($word, ['ready', 'running', 'stopped'], true)
                ? '' : Lang::text("client_hint_$word"),
        ];
    }

    /**
     * Ready says that it was built, and nothing of what it does now.
     *
     * @param array<string, mixed> $shown
     */
    private static function power(array $shown): string
    {
        if (isset($shown['live_error'])) {
            // Nobody knows what a machine does whose node does not answer.
            return 'unknown';
        }
        $live = $shown['live'] ?? null;
        if ($live === null) {
            return 'ready';
        }

        return in_array($live['status'] ?? '', ['running', 'stopped'], true) ? $live['status'] : 'unknown';
    }
}
