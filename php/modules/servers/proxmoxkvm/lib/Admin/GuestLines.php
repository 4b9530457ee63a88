<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The VM of a service, and the task of Proxmox VE that is under way for it. */
final class GuestLines
{
    /** @param array<string, mixed> $service */
    public static function vm(array $service): string
    {
        if (!isset($service['vmid'])) {
            return Text::html(Lang::text('no_vm'));
        }

        return Text::html(Lang::text('vm', [
            'vmid' => (string) $service['vmid'],
            'name' => (string) ($service['name'] ?? '-'),
            'node' => (string) ($service['node'] ?? '-'),
        ]));
    }

    /** @param array<string, mixed>|null $task */
    public static function task(?array $task): string
    {
        if ($task === null) {
            return '';
        }
        $html = Text::html(Lang::text('task', [
            'what' => (string) ($task['what'] ?? ''),
            'time' => Text::time($task['since'] ?? null),
        ]));

        if (is_numeric($task['percent'] ?? null)) {
            $percent = (string) round((float) $task['percent'], 1);
            $html .= ' <strong>' . Text::html(Lang::text('task_percent', ['percent' => $percent])) . '</strong>';
        }

        // Without an id the answer of Proxmox VE is still outstanding.
        return ($task['upid'] ?? null) === null
            ? $html
            : $html . '<br><code class="proxmoxkvm-upid">' . Text::html((string) $task['upid']) . '</code>';
    }
}
