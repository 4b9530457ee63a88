<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

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

    /** `3 d 04:05`, `04:05`: days, hours and minutes. */
    public static function duration(int $seconds): string
    {
        $days = intdiv(max(0, $seconds), 86400);

        return ($days > 0 ? "$days d " : '') . gmdate('H:i', max(0, $seconds) % 86400);
    }

    /** The line that connects; empty where there is none: a user of Windows is none of SSH. */
    public static function ssh(string $user, string $address): string
    {
        return in_array($user, ['', 'Administrator'], true) || $address === '' ? '' : "ssh $user@$address";
    }

    /** A share from 0 to 1, as a number of percent. */
    public static function percent(mixed $share): string
    {
        return is_numeric($share) ? (string) round(100 * (float) $share, 1) : '-';
    }

    /** The connection test of an unsaved server form may bring `pve1DOTexampleDOTnet`. */
    public static function hostname(string $hostname): string
    {
        return str_contains($hostname, '.') || str_contains($hostname, ':')
            ? $hostname
            : strtr($hostname, ['DOT' => '.', 'DASH' => '-']);
    }
}
