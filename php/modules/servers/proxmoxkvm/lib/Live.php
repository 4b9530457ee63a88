<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

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
        ]));
        if (!isset($live['lock'])) {
            return $html;
        }
        $lock = Lang::text('live_lock', ['lock' => (string) $live['lock']]);

        return $html . ' <span class="label label-warning">' . Text::html($lock) . '</span>';
    }
}
