<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

/** Users of this machine, as far as PHP may tell: who runs this process, and whose a file is. */
final class User
{
    public const ROOT = 0;

    /** Who runs this process. */
    public static function current(): ?int
    {
        return function_exists('posix_geteuid') ? posix_geteuid() : self::of('/proc/self');
    }

    public static function name(?int $user): string
    {
        return match (true) {
            $user === null => function_exists('get_current_user') ? get_current_user() : '?',
            function_exists('posix_getpwuid') => posix_getpwuid($user)['name'] ?? (string) $user,
            default => (string) $user,
        };
    }

    /** Null: it is not there, or PHP may not look. */
    public static function of(string $file): ?int
    {
        !function_exists('clearstatcache') || clearstatcache(true, $file);
        $owner = function_exists('fileowner') && @file_exists($file) ? @fileowner($file) : false;

        return $owner === false ? null : $owner;
    }
}
