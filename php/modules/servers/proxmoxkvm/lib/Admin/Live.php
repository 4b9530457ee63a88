<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What Proxmox VE shows of a machine at this moment, or why it does not. */
final class Live
{
    /** @param array<string, mixed> $shown the core's answer to a look */
    public static function html(array $shown): string
    {
        if (isset($shown['live_error'])) {
            return '<span class="text-warning">' . Text::html((string) $shown['live_error']) . '</span>';
        }
        $live = $shown['live'] ?? null;
        if (!is_array($live)) {
            return '';
        }
        $html = Text::html(Lang::text('live', [
            'status' => (string) ($live['status'] ?? '-'),
            'cores' => (string) ($live['cpus'] ?? '-'),
            'memory' => (string) ($live['memory_mib'] ?? '-'),
        ])) . self::inUse($live);
        if (($live['ha'] ?? false) === true) {
            $html .= ' <span class="proxmoxkvm-tag label label-info">' . Text::html(Lang::text('live_ha')) . '</span>';
        }
        if (!isset($live['lock'])) {
            return $html;
        }
        $lock = Lang::text('live_lock', ['lock' => (string) $live['lock']]);

        return $html . ' <span class="proxmoxkvm-tag label label-warning">' . Text::html($lock) . '</span>';
    }

    /** @param array<string, mixed> $live */
    private static function inUse(array $live): string
    {
        if (($live['status'] ?? '') !== 'running' || !isset($live['uptime_s'])) {
            return '';
        }

        return '<br><span class="proxmoxkvm-muted">' . Text::html(Lang::text('live_more', [
            'cpu' => Text::percent($live['cpu'] ?? null),
            'memory' => is_numeric($live['memory'] ?? null) ? (string) ((int) $live['memory'] >> 20) : '-',
            'time' => Text::duration((int) $live['uptime_s']),
        ])) . '</span>';
    }
}
