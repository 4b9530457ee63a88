<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/** This process and the machine that it runs on, also where PHP's configuration forbids the usual questions. */
final class Machine
{
    /** What an executable file says of the processor it is for, at this offset. */
    private const PROCESSOR_AT = 18;
    private const PROCESSORS = ["\x3e\x00" => 'x86_64', "\xb7\x00" => 'aarch64'];

    /** Another one in a forked child. */
    public static function process(): int
    {
        return function_exists('getmypid') ? (int) getmypid() : (int) @readlink('/proc/self');
    }

    public static function host(): string
    {
        return match (true) {
            function_exists('gethostname') => (string) gethostname(),
            function_exists('php_uname') => php_uname('n'),
            default => trim((string) @file_get_contents('/proc/sys/kernel/hostname')) ?: 'localhost',
        };
    }

    /** For example `x86_64`. */
    public static function processor(): string
    {
        if (function_exists('php_uname')) {
            return php_uname('m') === 'arm64' ? 'aarch64' : php_uname('m');
        }
        $bytes = (string) @file_get_contents('/proc/self/exe', false, null, self::PROCESSOR_AT, 2);

        return self::PROCESSORS[$bytes] ?? self::PROCESSORS["\x3e\x00"];
    }

    /** For example `x86_64-glibc`. */
    public static function platform(): string
    {
        // The map of our own process names the C library in use; it may be unreadable under open_basedir.
        $maps = (string) @file_get_contents('/proc/self/maps', false, null, 0, 1 << 20);

        return self::processor() . (str_contains($maps, '/ld-musl-') ? '-musl' : '-glibc');
    }

    /** A page may be closed while the core works: its results still have to reach WHMCS. */
    public static function mustFinish(): void
    {
        if (function_exists('ignore_user_abort')) {
            ignore_user_abort(true);
        } elseif (function_exists('ini_set')) {
            ini_set('ignore_user_abort', '1');
        }
    }
}
