<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** Which buttons can be pressed now, and why the others cannot. */
final class ButtonList
{
    /** @param list<array<string, mixed>> $actions as the core lists them */
    public static function html(array $actions): string
    {
        $offered = $refused = [];
        $buttons = array_filter($actions, static fn (array $action): bool => isset($action['label']));
        foreach ($buttons as $button) {
            $label = (string) $button['label'];
            if (($button['allowed'] ?? true) === true) {
                $offered[] = $label;
            } else {
                $refused[(string) ($button['why'] ?? '')][] = $label;
            }
        }
        if ($buttons === []) {
            return '';
        }
        $html = $offered === [] ? '' : '<div>' . Text::html(Lang::text('buttons_now', [
            'buttons' => implode(', ', $offered),
        ])) . '</div>';
        $reasons = '';
        foreach ($refused as $why => $labels) {
            $reasons .= '<li>' . Text::html(implode(', ', $labels)) . ': <span class="proxmoxkvm-muted">'
                . Text::html((string) $why) . '</span></li>';
        }

        $summary = '<summary>' . Text::html(Lang::text('buttons_not')) . '</summary>';

        return $reasons === '' ? $html : "$html<details class=\"proxmoxkvm-more\">$summary<ul>$reasons</ul></details>";
    }
}
