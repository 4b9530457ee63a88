<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\AddonRoles;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Names;

/** What was done to a service, when, by whom, with what result, as a table for staff: the newest first. */
final class History
{
    /** Operations of each kind of who asks: a client who does much hides nobody else's. */
    private const SHOWN = 50;
    /** What the core is asked for: all that it keeps. */
    public const ASKED = ['actor' => 'admin', 'activity' => 400];
    private const CLASSES = ['failed' => ' class="danger table-danger"', 'cancelled' => ' class="proxmoxkvm-muted"'];
    /** Results of a line that are no failure, with their texts. */
    private const GOOD = ['ok' => 'history_ok', 'asked' => 'history_asked'];

    /**
     * @param list<array<string, mixed>> $entries newest first
     * @param int $service 0: of none, whose tasks could be looked at
     */
    public static function html(array $entries, int $service = 0): string
    {
        $names = Names::of($entries);
        $logs = $service > 0 && AddonRoles::mayEnter();
        $rows = '';
        $shown = [];
        foreach ($entries as $entry) {
            $actor = (string) ($entry['actor'] ?? '');
            $shown[$actor] = ($shown[$actor] ?? 0) + 1;
            $rows .= $shown[$actor] > self::SHOWN ? '' : self::row($entry, $names, $logs ? $service : 0);
        }
        if ($rows === '') {
            return Text::html(Lang::text('no_history'));
        }
        $head = '';
        foreach (['history_at', 'history_actor', 'history_what', 'history_result', 'history_took'] as $title) {
            $head .= '<th>' . Text::html(Lang::text($title)) . '</th>';
        }

        $label = Text::html(Lang::text('tab_history'));

        // What scrolls has to be reached without a mouse.
        return "<div class=\"proxmoxkvm-history\" tabindex=\"0\" role=\"region\" aria-label=\"$label\">"
            . '<table class="table table-condensed table-sm table-striped">'
            . "<thead><tr>$head</tr></thead><tbody>$rows</tbody></table></div>";
    }

    /** @param array<string, mixed> $entry */
    private static function row(array $entry, Names $names, int $service): string
    {
        $state = (string) ($entry['state'] ?? '');
        $cells = [
            Text::html(Text::time($entry['at'] ?? null)),
            self::who($entry, $names),
            Text::html(Progress::asked($entry, Text::time(...))),
            self::result($entry, $state) . self::lines((array) ($entry['lines'] ?? [])) . self::log($entry, $service),
            Text::html(self::took($entry['took_s'] ?? null)),
        ];

        return '<tr' . (self::CLASSES[$state] ?? '') . '><td>' . implode('</td><td>', $cells) . '</td></tr>';
    }

    /** @param array<string, mixed> $entry */
    private static function who(array $entry, Names $names): string
    {
        $actor = (string) ($entry['actor'] ?? '');
        $word = Lang::word("actor_$actor", $actor);
        $name = $names->name($actor, $entry['actor_id'] ?? null);
        $ip = (string) ($entry['ip'] ?? '');

        return Text::html($name === '' ? $word : "$word $name")
            . ($ip === '' ? '' : '<br><small>' . Text::html($ip) . '</small>');
    }

    /** @param array<string, mixed> $entry */
    private static function result(array $entry, string $state): string
    {
        $message = (string) ($entry['message'] ?? '');
        $word = Lang::word("activity_$state", $state);
        $percent = $entry['progress'] ?? null;
        if ($state === 'queued' && is_numeric($percent)) {
            $word .= ' (' . Lang::text('task_percent', ['percent' => (string) $percent]) . ')';
        }

        return Text::html($message === '' ? $word : $message);
    }

    /** @param list<array<string, mixed>> $lines what was done on the way, behind a mark that opens them */
    private static function lines(array $lines): string
    {
        $rows = '';
        foreach ($lines as $line) {
            $result = (string) ($line['result'] ?? '');
            $told = isset(self::GOOD[$result]) ? Lang::text(self::GOOD[$result]) : $result;
            $rows .= '<li>' . Text::html(Text::time($line['at'] ?? null) . ' '
                . Progress::words((string) ($line['what'] ?? '')) . ': ' . $told . ', '
                . self::took(((float) ($line['took_ms'] ?? 0)) / 1000)) . '</li>';
        }

        $details = Text::html(Lang::text('history_details', ['n' => (string) count($lines)]));

        return $rows === '' ? ''
            : "<details class=\"proxmoxkvm-more\"><summary>$details</summary><ul>$rows</ul></details>";
    }

    /** @param array<string, mixed> $entry of an operation that started a task */
    private static function log(array $entry, int $service): string
    {
        $operation = (int) ($entry['id'] ?? 0);
        if ($service === 0 || $operation === 0 || ($entry['upid'] ?? null) === null) {
            return '';
        }
        $link = AddonRoles::link('service', ['id' => $service, 'log' => $operation]);

        return '<br><a class="proxmoxkvm-link" href="' . Text::html($link) . '">'
            . Text::html(Lang::text('log_link')) . '</a>';
    }

    private static function took(mixed $seconds): string
    {
        if (!is_numeric($seconds)) {
            return '';
        }
        $seconds = (float) $seconds;

        return $seconds < 1 ? round(1000 * $seconds) . ' ms' : round($seconds, 1) . ' s';
    }
}
