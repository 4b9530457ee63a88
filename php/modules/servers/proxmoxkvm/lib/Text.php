<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/** Text on its way in from WHMCS and out to a page. */
final class Text
{
    /** Undoes the HTML encoding that WHMCS stores form input with. */
    public static function plain(string $stored): string
    {
        return htmlspecialchars_decode($stored, ENT_QUOTES | ENT_HTML5);
    }

    /** WHMCS prints what a module returns as it is. */
    public static function html(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE, 'UTF-8');
    }

    /** A moment that the core gave, in the time zone of WHMCS. */
    public static function time(mixed $seconds): string
    {
        return is_numeric($seconds) ? date('Y-m-d H:i:s', (int) $seconds) : '-';
    }
}
