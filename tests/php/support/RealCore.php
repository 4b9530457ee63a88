<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/**
 * The real library: PROXMOXKVM_LIBRARY, or the one that cargo built in this working copy. With ARCHIVE, the zip of a
 * release, whole hosts have what is in there.
 */
final class RealCore
{
    private static string $library = '';

    public static function remember(): void
    {
        if (self::archive() !== '') {
            $root = TempDir::make();
            self::unpack($root);
            $platform = php_uname('m') . '-glibc';
            self::$library = "$root/modules/servers/proxmoxkvm/lib/native/$platform/libproxmoxkvm.so";

            return;
        }
        self::$library = getenv('PROXMOXKVM_LIBRARY') ?: dirname(__DIR__, 3) . '/target/debug/libproxmoxkvm.so';
    }

    public static function archive(): string
    {
        return (string) getenv('ARCHIVE');
    }

    /** As the hoster does it. */
    public static function unpack(string $root): void
    {
        $places = escapeshellarg(self::archive()) . ' -d ' . escapeshellarg($root);
        exec("unzip -q -o $places 2>&1", $said, $status);
        if ($status !== 0) {
            throw new RuntimeException(implode("\n", $said));
        }
        // The tests' own php-fpm runs as another user.
        chmod($root, 0755);
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
