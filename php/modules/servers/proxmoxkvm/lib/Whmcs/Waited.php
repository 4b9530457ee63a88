<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

/** How long a page has waited already: all its looks at Proxmox VE share one limit. */
final class Waited
{
    private readonly float $since;

    public function __construct()
    {
        $this->since = self::now();
    }

    public function milliseconds(): int
    {
        return (int) (self::now() - $this->since);
    }

    private static function now(): float
    {
        return hrtime(true) / 1e6;
    }
}
