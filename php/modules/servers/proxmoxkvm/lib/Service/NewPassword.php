<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

/**
 * A password that nobody has thought of: four groups of letters and digits that are not taken for one another, with a
 * full stop between them, all in the same places on US and German keyboards. Windows' policy is satisfied.
 */
final class NewPassword
{
    private const UPPER = 'ABCDEFGHJKLMNPQRSTUVWX';
    private const LOWER = 'abcdefghijkmnpqrstuvwx';
    private const DIGITS = '23456789';
    private const GROUPS = [4, 4, 4, 5];

    public static function random(): string
    {
        do {
            $password = implode('.', array_map(self::group(...), self::GROUPS));
        } while (!self::hasAllKinds($password));

        return $password;
    }

    private static function group(int $length): string
    {
        $all = self::UPPER . self::LOWER . self::DIGITS;
        $letter = static fn (): string => $all[random_int(0, strlen($all) - 1)];

        return implode('', array_map($letter, range(1, $length)));
    }

    private static function hasAllKinds(string $password): bool
    {
        $kinds = [self::UPPER, self::LOWER, self::DIGITS];

        return array_filter($kinds, static fn (string $kind): bool => strpbrk($password, $kind) !== false) === $kinds;
    }
}
