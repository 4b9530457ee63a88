<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** The library that this PHP has opened, which may be an older one than lies there now. */
final class LibraryInUse
{
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
}
