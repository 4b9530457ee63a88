<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;

/**
 * What one process does and no other may do at the same time, on any web server: in WHMCS's database, whose primary
 * key decides. A claim ends by itself, because who has it may die before the thing is done.
 */
final class Claims
{
    public const TABLE = 'mod_proxmoxkvm_claims';

    private const SECONDS = 5 * 60;
    /** Longer than anything takes. */
    private const KEPT_SECONDS = 7 * 24 * 3600;

    /** Clocks of several web servers may differ by this much: a later claim is from one that was ahead, and over. */
    private const CLOCK_SECONDS = 60;

    /**
     * @param int $seconds after which it ends
     * @return bool whether the thing is ours to do
     */
    public static function take(string $what, int $seconds = self::SECONDS): bool
    {
        OwnTable::prepareTimes(self::TABLE, 'what', 100, 'taken');
        $now = time();
        $row = ['what' => $what, 'taken' => $now];

        return Capsule::table(self::TABLE)->insertOrIgnore([$row]) === 1
            || Capsule::table(self::TABLE)->where('what', $what)
                ->whereNotBetween('taken', [$now - $seconds + 1, $now + self::CLOCK_SECONDS])->update($row) === 1;
    }

    /** @return int|null when it was taken last, where somebody remembers */
    public static function taken(string $what): ?int
    {
        $taken = OwnTable::exists(self::TABLE)
            ? Capsule::table(self::TABLE)->where('what', $what)->value('taken')
            : null;

        return $taken === null ? null : (int) $taken;
    }

    /** Nobody asks for the old ones any more. */
    public static function clean(): void
    {
        if (OwnTable::exists(self::TABLE)) {
            Capsule::table(self::TABLE)->where('taken', '<', time() - self::KEPT_SECONDS)->delete();
        }
    }
}
