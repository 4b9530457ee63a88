<?php

declare(strict_types=1);

namespace Tests\Support;

/** The real library: PROXMOXKVM_LIBRARY, or the one that cargo built in this working copy. */
final class RealCore
{
    private static string $library = '';

    public static function remember(): void
    {
        self::$library = getenv('PROXMOXKVM_LIBRARY') ?: dirname(__DIR__, 3) . '/target/debug/libproxmoxkvm.so';
    }

    public static function exists(): bool
    {
        return is_file(self::$library);
    }

    /** @return array<string, string> */
    public static function environment(): array
    {
        return ['PROXMOXKVM_LIBRARY' => self::$library];
    }
}
