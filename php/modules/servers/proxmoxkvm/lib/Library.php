<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/** The library file for this machine and the header that belongs to it. */
final class Library
{
    private function __construct(public readonly string $library, public readonly string $header)
    {
    }

    public static function locate(): self
    {
        if (!extension_loaded('ffi')) {
            throw LoadFailure::extension();
        }
        $library = Setting::value('PROXMOXKVM_LIBRARY')
            ?? __DIR__ . '/native/' . self::platform() . '/libproxmoxkvm.so';
        Forbidden::mustReach($library);
        if (!is_file($library)) {
            throw LoadFailure::missing($library, self::platform(), self::shipped());
        }
        $directory = dirname($library);
        // Beside the library in an archive, in include/ in a working copy.
        foreach (['', '/..', '/include', '/../include', '/../../include'] as $place) {
            // PHP warns of a place that open_basedir forbids.
            if (@is_file($directory . $place . '/proxmoxkvm.h')) {
                return new self($library, $directory . $place . '/proxmoxkvm.h');
            }
        }
        throw new Unavailable(Lang::text('header_missing', ['directory' => $directory]));
    }

    public function header(): string
    {
        return (string) file_get_contents($this->header);
    }

    /**
     * A running php-fpm keeps the library that it has opened, whatever is uploaded meanwhile.
     *
     * @return string a sentence when the library in use is not the one of these PHP files; empty when it is
     * @throws Unavailable
     */
    public static function outdated(): string
    {
        $found = Native::version();
        $values = ['found' => $found, 'expected' => Module::VERSION, 'sapi' => PHP_SAPI];

        return $found === Module::VERSION ? '' : Lang::text('library_outdated', $values);
    }

    /** For example `x86_64-glibc`. */
    public static function platform(): string
    {
        // The map of our own process names the C library in use; it may be unreadable under open_basedir.
        $maps = (string) @file_get_contents('/proc/self/maps', false, null, 0, 1 << 20);

        return Machine::processor() . (str_contains($maps, '/ld-musl-') ? '-musl' : '-glibc');
    }

    /** @return list<string> platforms that this archive brings */
    private static function shipped(): array
    {
        $directories = glob(__DIR__ . '/native/*', GLOB_ONLYDIR) ?: [];

        return array_map('basename', $directories);
    }
}
