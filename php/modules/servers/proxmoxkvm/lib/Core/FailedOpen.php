<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use Throwable;

/** A store that does not open is waited for once in a request, however many parts of the page ask for it. */
final class FailedOpen
{
    /** @var array<string, Throwable> by store */
    private static array $known = [];

    /**
     * @param callable(): mixed $open
     * @param bool $again whether it is tried again: by a command, which may run for long
     */
    public static function once(string $store, callable $open, bool $again): void
    {
        if (!$again && isset(self::$known[$store])) {
            throw self::$known[$store];
        }
        try {
            $open();
        } catch (Throwable $error) {
            throw self::$known[$store] = $error;
        }
    }
}
