<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

/** What becomes of a VM during a change of package, in a word: the end of the names of its texts. */
final class ChangeCourse
{
    public const BUILD = 'build';

    /** @param array<string, mixed> $preview of the core */
    public static function of(array $preview): string
    {
        $is = static fn (string $what): bool => ($preview[$what] ?? false) === true;

        return match (true) {
            ($preview['waits'] ?? null) === self::BUILD => self::BUILD,
            isset($preview['waits']) => 'waits',
            $is('starts') => 'starts',
            $is('restart') => 'restart',
            default => 'live',
        };
    }
}
