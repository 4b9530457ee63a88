<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** Where a text is written that is typed into the machine, key by key, and the keyboard that its system is set to. */
final class Pasting
{
    private const LAYOUTS = [
        'us' => 'English (US)', 'gb' => 'English (UK)', 'de' => 'Deutsch', 'fr' => 'Français', 'es' => 'Español',
        'pt' => 'Português', 'pl' => 'Polski',
    ];

    public static function html(): string
    {
        $layouts = '';
        foreach (self::LAYOUTS as $name => $label) {
            $layouts .= "<option value=\"$name\">" . Text::html($label) . '</option>';
        }
        $names = ['paste', 'paste_help', 'layout', 'type', 'cancel'];
        $text = array_map(Text::html(...), Lang::named('console_', $names));

        return <<<HTML
            <dialog id="pasting" aria-label="{$text['paste']}"><form method="dialog">
            <label>{$text['paste_help']} <textarea id="pasted" rows="6" maxlength="2000"
                autocapitalize="off" autocomplete="off" spellcheck="false"></textarea></label>
            <label>{$text['layout']} <select id="layout">$layouts</select></label>
            <div><button value="type">{$text['type']}</button>
            <button value="">{$text['cancel']}</button></div>
            </form></dialog>
            HTML;
    }
}
