<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Machine;
use WHMCS\Module\Server\Proxmoxkvm\Support\Setting;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

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
            ?? dirname(__DIR__) . '/native/' . Machine::platform() . '/libproxmoxkvm.so';
        Forbidden::mustReach($library);
        if (!is_file($library)) {
            throw LoadFailure::missing($library, Machine::platform(), self::shipped());
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

    /** @return list<string> platforms that this archive brings */
    private static function shipped(): array
    {
        $directories = glob(dirname(__DIR__) . '/native/*', GLOB_ONLYDIR) ?: [];

        return array_map('basename', $directories);
    }
}
