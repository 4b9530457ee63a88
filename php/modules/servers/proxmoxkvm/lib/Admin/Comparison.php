<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** Package and machine side by side, as a table: what differs is marked. */
final class Comparison
{
    /** @param array<string, mixed> $shown the core's answer to a look */
    public static function html(array $shown): string
    {
        if (isset($shown['package_error'])) {
            return '<span class="text-warning">' . Text::html((string) $shown['package_error']) . '</span>';
        }
        $rows = implode(array_map(self::row(...), $shown['compare'] ?? []));
        if ($rows === '') {
            return '';
        }
        $head = '';
        foreach (['compare_what', 'compare_wanted', 'compare_actual'] as $title) {
            $head .= '<th>' . Text::html(Lang::text($title)) . '</th>';
        }

        $label = Text::html(Lang::text('tab_compare'));

        // What scrolls has to be reached without a mouse.
        return "<div class=\"proxmoxkvm-wide\" tabindex=\"0\" role=\"region\" aria-label=\"$label\">"
            . "<table class=\"table table-condensed table-sm\"><thead><tr>$head</tr></thead>"
            . "<tbody>$rows</tbody></table></div>";
    }

    /** @param array<string, mixed> $line */
    private static function row(array $line): string
    {
        $what = (string) ($line['what'] ?? '');
        $same = ($line['same'] ?? false) === true;
        $cells = [
            Lang::word("option_$what", $what),
            self::value($line, 'wanted', 'compare_any'),
            self::value($line, 'actual', 'compare_none'),
        ];
        $html = implode(array_map(static fn (string $cell): string => '<td>' . Text::html($cell) . '</td>', $cells));
        if ($same) {
            return "<tr>$html</tr>";
        }

        // Not by its colour alone.
        return substr('<tr class="warning table-warning">' . $html, 0, -strlen('</td>'))
            . ' <span class="proxmoxkvm-tag label label-warning">' . Text::html(Lang::text('compare_different'))
            . '</span></td></tr>';
    }

    /** @param array<string, mixed> $line */
    private static function value(array $line, string $side, string $without): string
    {
        $value = $line[$side] ?? null;
        if (!is_string($value)) {
            return Lang::text($without);
        }
        if (in_array($value, ['on', 'off'], true)) {
            return Lang::text("compare_$value");
        }

        return trim($value . ' ' . ($line['unit'] ?? ''));
    }
}
