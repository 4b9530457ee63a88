<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

/**
 * What came of a form that a browser without the script has sent: WHMCS answers it with the page, which says so. Why
 * something was refused, WHMCS's themes say themselves above it.
 */
final class Answered
{
    private static string $done = '';

    /** @param array{ok: bool, message: string} $answer */
    public static function keep(array $answer): void
    {
        self::$done = $answer['ok'] ? $answer['message'] : '';
    }

    public static function forPage(): string
    {
        return self::$done;
    }
}
