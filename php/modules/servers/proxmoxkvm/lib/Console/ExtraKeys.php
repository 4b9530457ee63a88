<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The keys that a phone's keyboard has not, and that browsers keep for themselves: a boot loader wants them. */
final class ExtraKeys
{
    /** The place of a key => what is on it, and its number in RFB. */
    private const KEYS = [
        'Escape' => ['Esc', 0xff1b], 'Tab' => ['Tab', 0xff09], 'ArrowLeft' => ['←', 0xff51],
        'ArrowUp' => ['↑', 0xff52], 'ArrowDown' => ['↓', 0xff54], 'ArrowRight' => ['→', 0xff53],
        'Delete' => ['Del', 0xffff], 'Home' => ['Home', 0xff50], 'End' => ['End', 0xff57],
    ];

    /** Down until the next key. */
    private const HELD = ['ControlLeft' => ['Ctrl', 0xffe3], 'AltLeft' => ['Alt', 0xffe9]];

    private const FIRST_F = 0xffbe;

    public static function html(): string
    {
        $html = '';
        foreach (self::HELD as $code => [$label, $number]) {
            $html .= self::button($code, $label, $number, ' aria-pressed="false"');
        }
        foreach (self::KEYS as $code => [$label, $number]) {
            $html .= self::button($code, $label, $number);
        }
        for ($n = 1; $n <= 12; $n++) {
            $html .= self::button("F$n", "F$n", self::FIRST_F + $n - 1);
        }
        $title = Text::html(Lang::text('console_keyboard'));

        return "<div id=\"keys\" role=\"group\" aria-label=\"$title\" dir=\"ltr\" translate=\"no\" hidden>$html</div>";
    }

    private static function button(string $code, string $label, int $number, string $more = ''): string
    {
        return "<button type=\"button\" data-code=\"$code\" data-number=\"$number\"$more>$label</button>";
    }
}
