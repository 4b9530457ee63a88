<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What a service is doing or waiting for, as the core says, in words; and whether its VM runs. */
final class DoingCell
{
    /** The core's word => class of its label. */
    private const KINDS = [
        'stuck' => 'danger', 'retries' => 'warning', 'works' => 'info', 'queued' => 'info', 'in_line' => 'info',
        'locked' => 'warning', 'held' => 'warning', 'rests' => 'success', 'gone' => 'default',
    ];

    /**
     * @param array<string, mixed> $service
     * @param array<string, mixed> $doing
     */
    public static function html(array $service, array $doing): string
    {
        $what = (string) ($doing['what'] ?? 'stuck');
        $step = (string) ($doing['step'] ?? '');
        $action = (string) ($doing['action'] ?? '');
        $steps = array_unique(array_filter([
            $action === '' ? '' : Progress::words($action),
            $step === '' ? '' : Lang::word("step_$step", Progress::words($step)),
        ]));
        $html = sprintf(
            '<span class="proxmoxkvm-tag label label-%s">%s</span>',
            self::KINDS[$what] ?? 'default',
            Html::text(Lang::word("doing_$what", $what))
        );
        if (($service['suspended'] ?? false) === true) {
            $html .= ' <span class="proxmoxkvm-tag label label-warning">' . Html::lang('suspended') . '</span>';
        }
        if ($steps !== [] && !in_array($what, ['rests', 'gone'], true)) {
            $html .= ' ' . Html::text(implode(': ', $steps));
        }
        $error = $service['error']['message'] ?? null;

        return $html . ($error === null ? '' : '<div class="text-danger">' . Html::text($error) . '</div>');
    }

    /** @param array<string, mixed> $doing */
    public static function since(array $doing): string
    {
        $html = isset($doing['since']) ? Html::text(Text::time($doing['since'])) : '-';

        return isset($doing['again_at'])
            ? "$html<br>" . Html::lang('doing_again', ['time' => Text::time($doing['again_at'])])
            : $html;
    }

    /** @param array<string, mixed>|null $power as it was when the usage of the cluster was last read */
    public static function power(?array $power): string
    {
        if ($power === null) {
            return '-';
        }
        $seen = Html::lang('power_seen', ['time' => Text::time($power['at'] ?? null)]);
        $runs = ($power['runs'] ?? false) === true;

        return "<span class=\"proxmoxkvm-power\" title=\"$seen\">"
            . Html::lang($runs ? 'client_state_running' : 'client_state_stopped') . '</span>';
    }
}
