<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/**
 * A setting of the installation: a constant (`define()` in WHMCS's configuration.php, which the web
 * and the cron both read) or, without one, an environment variable.
 */
final class Setting
{
    public static function value(string $name): ?string
    {
        $value = defined($name) ? constant($name) : getenv($name);

        return is_string($value) && $value !== '' ? $value : null;
    }
}
