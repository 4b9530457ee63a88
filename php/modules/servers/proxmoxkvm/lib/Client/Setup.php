<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** How far a machine is that is being set up: four phases, how long it has taken and usually takes. */
final class Setup
{
    private const PHASES = ['preparing', 'installing', 'configuring', 'starting'];

    /** @return array<string, mixed> */
    public static function of(Seen $seen): array
    {
        $build = $seen->shown['build'] ?? [];
        $at = (int) array_search($build['phase'] ?? '', self::PHASES, true);
        $phases = [];
        foreach (self::PHASES as $index => $name) {
            $phases[] = [
                'label' => Lang::text("client_phase_$name"),
                'is' => $index < $at ? 'done' : ($index === $at ? 'now' : 'later'),
            ];
        }
        $usual = $build['usual_s'] ?? null;

        return [
            'phases' => $phases,
            'since' => $build['since'] ?? null,
            'elapsed' => Locale::duration((float) ($build['elapsed_s'] ?? 0)),
            'usual' => is_numeric($usual)
                ? Lang::text('client_setup_usual', ['time' => Locale::duration((float) $usual)])
                : '',
            'awaited' => is_numeric($build['awaited_until'] ?? null)
                ? Lang::text('client_setup_awaited', [
                    'time' => Locale::duration(max(0.0, (float) $build['awaited_until'] - time())),
                ])
                : '',
            'is_copying' => self::percent($seen->shown) !== null,
            'percent' => self::percent($seen->shown) ?? 0,
        ];
    }

    /**
     * How much of its disk is copied.
     *
     * @param array<string, mixed> $shown the core's answer
     */
    public static function percent(array $shown): ?int
    {
        $percent = $shown['build']['percent'] ?? null;

        return is_numeric($percent) ? (int) round((float) $percent) : null;
    }
}
