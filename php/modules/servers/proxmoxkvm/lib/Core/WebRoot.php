<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use WHMCS\Database\Capsule;

/** Where WHMCS lies on the disk, and what of the disk its web server may hand out. */
final class WebRoot
{
    /** The folder of WHMCS. */
    public static function whmcs(): string
    {
        return defined('ROOTDIR') ? (string) constant('ROOTDIR') : dirname(__DIR__, 5);
    }

    /** Would a web server with this document root hand the file out? */
    public static function isInside(string $path, string $documents): bool
    {
        return $documents !== ''
            && str_starts_with(self::real(dirname($path)) . '/', rtrim(self::real($documents), '/') . '/');
    }

    /** Whether WHMCS is in a folder of a web site, not the whole of one. */
    public static function isBelowASite(): bool
    {
        $url = (string) Capsule::table('tblconfiguration')->where('setting', 'SystemURL')->value('value');

        return trim((string) parse_url($url, PHP_URL_PATH), '/') !== '';
    }

    /** Without links and dots. What is not there, or where open_basedir forbids a look, is taken as it is written. */
    private static function real(string $path): string
    {
        // PHP warns of what it forbids.
        $real = @realpath($path);
        $above = dirname($path);
        if ($real !== false || $above === $path) {
            return $real ?: $path;
        }

        return match (basename($path)) {
            '.' => self::real($above),
            '..' => dirname(self::real($above)),
            default => rtrim(self::real($above), '/') . '/' . basename($path),
        };
    }
}
