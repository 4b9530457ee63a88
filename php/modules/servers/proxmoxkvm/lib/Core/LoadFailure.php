<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Machine;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** Why the library could not be used, as one sentence that says what to do. */
final class LoadFailure
{
    /** What the dynamic linker writes, and what it means. The first match counts. */
    private const LINKER = [
        '/GLIBC_[\d.]+/' => 'linker_glibc',
        '/wrong ELF class|invalid ELF header|file too short|Exec format/i' => 'linker_file',
        '/failed to map segment|Operation not permitted/i' => 'linker_noexec',
        '/Permission denied/i' => 'linker_permission',
        '/libgcc_s/' => 'linker_libgcc',
        '/undefined symbol|symbol not found/i' => 'linker_symbol',
        // The file is there: the linker says this of a file made for another processor.
        '/cannot open shared object file|Error loading shared library/i' => 'linker_machine',
    ];

    public static function extension(): Unavailable
    {
        return self::because('ffi_missing');
    }

    /** @param list<string> $shipped platforms that this archive brings */
    public static function missing(string $file, string $platform, array $shipped): Unavailable
    {
        return self::because('library_missing', [
            'file' => $file,
            'platform' => $platform,
            'shipped' => $shipped === [] ? Lang::text('none') : implode(', ', $shipped),
        ]);
    }

    public static function checksum(string $file): Unavailable
    {
        return self::because('library_checksum', ['file' => $file]);
    }

    /** PHP could not open the library: it is not allowed to, or the dynamic linker refuses. */
    public static function library(string $file, string $error, string $linker): Unavailable
    {
        if (str_contains($error, 'ffi.enable')) {
            $preload = strtolower((string) ini_get('ffi.enable')) === 'preload';

            return self::because($preload ? 'ffi_preload' : 'ffi_disabled');
        }
        foreach (self::LINKER as $pattern => $text) {
            if (preg_match($pattern, $linker, $match) === 1) {
                return self::because($text, [
                    'file' => $file,
                    'what' => $match[0],
                    'platform' => Machine::platform(),
                    'linker' => $linker,
                ]);
            }
        }

        return self::because('library_other', ['file' => $file, 'why' => $linker === '' ? $error : $linker]);
    }

    public static function abi(int $found, int $expected): Unavailable
    {
        return self::because('abi', ['found' => (string) $found, 'expected' => (string) $expected]);
    }

    public static function header(string $header, string $error): Unavailable
    {
        return self::because('header_mismatch', ['header' => $header, 'why' => $error]);
    }

    public static function function(string $verb, string $error): Unavailable
    {
        return self::because('function_missing', ['verb' => $verb, 'why' => $error]);
    }

    /** @param array<string, string> $values */
    private static function because(string $text, array $values = []): Unavailable
    {
        return new Unavailable(Lang::text($text, $values + [
            'php' => PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION,
            'sapi' => PHP_SAPI,
            'ini' => php_ini_loaded_file() ?: Lang::text('no_ini'),
        ]));
    }
}
