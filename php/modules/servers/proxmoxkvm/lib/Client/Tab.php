<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/**
 * A tab of the client's page: a row of Tabs, a class like this, a template of its name in templates/client/tab, and a
 * text `client_tab_<name>`.
 */
abstract class Tab
{
    /** Files of assets/ that it needs beside those of every page. */
    public const SCRIPTS = [];

    /** Whether the page has it: only what the product gives and the service can do. */
    public static function isThere(Seen $seen): bool
    {
        return true;
    }

    /** @return array<string, mixed> what its template draws once, as `$tab` */
    public static function of(Seen $seen): array
    {
        return [];
    }

    /**
     * What changes while somebody looks at it.
     *
     * @return array<string, mixed> for its template `$vm.tab`; the script writes it into the same places
     */
    public static function live(Seen $seen): array
    {
        return [];
    }

    /**
     * What the library says of the machine; where it cannot, why, in words for customers.
     *
     * @param string $what for the log
     * @param string $failed the text for where no other fits
     * @param callable(): array<string, mixed> $ask
     * @return array<string, mixed>
     */
    protected static function asked(string $what, string $failed, callable $ask): array
    {
        try {
            return $ask();
        } catch (Throwable $error) {
            Problem::log($what, [], $error);

            return ['failed' => Problem::forClient($error, $failed)];
        }
    }
}
