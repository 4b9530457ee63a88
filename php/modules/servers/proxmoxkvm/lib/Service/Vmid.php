<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The number of a VM, as people type it. */
final class Vmid
{
    /** The numbers that Proxmox VE gives to machines. */
    private const LOWEST = 100;
    private const HIGHEST = 999999999;

    /** Whether it can be the number of a machine. */
    public static function isNumber(string $typed): bool
    {
        return preg_match('/^\d{3,9}$/D', $typed) === 1 && (int) $typed >= self::LOWEST;
    }

    public static function wrongNumber(): string
    {
        return Lang::text('attach_number', [
            'lowest' => (string) self::LOWEST,
            'highest' => (string) self::HIGHEST,
        ]);
    }
}
