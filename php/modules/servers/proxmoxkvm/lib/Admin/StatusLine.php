<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** Where a service stands: whether it runs, its local status, and the button that comes next. */
final class StatusLine
{
    /**
     * @param array<string, mixed> $service
     * @param array<string, mixed>|null $live what Proxmox VE shows
     */
    public static function html(array $service, ?Progress $progress, ?array $live): string
    {
        $status = (string) ($service['status'] ?? '');
        $power = $status === 'ready' ? (string) ($live['status'] ?? '') : '';
        $html = match ($power) {
            'running', 'stopped' => '<span class="proxmoxkvm-tag label label-'
                . ($power === 'running' ? 'success' : 'default') . '">'
                . Text::html(Lang::text("client_state_$power")) . '</span> ',
            default => '',
        };
        $html .= '<strong>' . Text::html(Progress::words($status)) . '</strong>'
            . ' <code>' . Text::html($status) . '</code>';
        if (($service['suspended'] ?? false) === true) {
            $html .= ' <span class="proxmoxkvm-tag label label-warning">' . Text::html(Lang::text('suspended'))
                . '</span>';
        }
        if (($service['choices']['protect'] ?? false) === true) {
            $html .= ' <span class="label label-info">' . Text::html(Lang::text('protected')) . '</span>';
        }
        $button = $progress?->button;
        if ($button !== null) {
            $html .= ' <span class="proxmoxkvm-muted">'
                . Text::html(Lang::text('next', ['button' => $button]))
                . '</span>';
        }

        return $html;
    }
}
