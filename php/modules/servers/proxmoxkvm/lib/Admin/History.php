<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What happened to a service, as a table: the newest first. */
final class History
{
    /** Lines of each who asks: a client who does much hides nobody else's. */
    private const SHOWN = 50;
    /** Results that are no failure, with their texts: done, and asked of Proxmox VE but not ended yet. */
    private const GOOD = ['ok' => 'history_ok', 'asked' => 'history_asked'];

    /** @param list<array<string, mixed>> $events oldest first */
    public static function html(array $events): string
    {
        $rows = '';
        $shown = [];
        foreach (array_reverse($events) as $event) {
            $actor = (string) ($event['actor'] ?? '');
            $shown[$actor] = ($shown[$actor] ?? 0) + 1;
            $rows .= $shown[$actor] > self::SHOWN ? '' : self::row($event);
        }
        if ($rows === '') {
            return Text::html(Lang::text('no_history'));
        }
        $head = '';
        foreach (['history_at', 'history_actor', 'history_what', 'history_result', 'history_took'] as $title) {
            $head .= '<th>' . Text::html(Lang::text($title)) . '</th>';
        }

        return '<div class="proxmoxkvm-history">'
            . '<table class="table table-condensed table-sm table-striped">'
            . "<thead><tr>$head</tr></thead><tbody>$rows</tbody></table></div>";
    }

    /** @param array<string, mixed> $event */
    private static function row(array $event): string
    {
        $what = (string) ($event['what'] ?? '');
        $result = (string) ($event['result'] ?? '');
        $good = isset(self::GOOD[$result]);
        $actor = (string) ($event['actor'] ?? '');
        $cells = [
            Text::time($event['at'] ?? null),
            Lang::has("actor_$actor") ? Lang::text("actor_$actor") : $actor,
            Progress::words($what),
            $good ? Lang::text(self::GOOD[$result]) : $result,
            self::took((int) ($event['took_ms'] ?? 0)),
        ];
        $html = '';
        foreach ($cells as $cell) {
            $html .= '<td>' . Text::html($cell) . '</td>';
        }

        return ($good ? '<tr>' : '<tr class="danger table-danger">') . $html . '</tr>';
    }

    private static function took(int $milliseconds): string
    {
        return $milliseconds < 1000 ? "$milliseconds ms" : round($milliseconds / 1000, 1) . ' s';
    }
}
