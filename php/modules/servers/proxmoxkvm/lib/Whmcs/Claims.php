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
    /** Longer than anything is tried. */
    private const KEPT_SECONDS = 7 * 24 * 3600;

    /**
     * @param int $pause the least time since it was last taken (seconds), where that is longer than a claim
     * @return bool whether the thing is ours to do
     */
    public static function take(string $what, int $pause = 0): bool
    {
        OwnTable::prepareTimes(self::TABLE, 'what', 100, 'taken');
        $now = time();
        $row = ['what' => $what, 'taken' => $now];

        return Capsule::table(self::TABLE)->insertOrIgnore([$row]) === 1
            || Capsule::table(self::TABLE)->where('what', $what)
                ->where('taken', '<=', $now - max(self::SECONDS, $pause))->update($row) === 1;
    }

    /** When this was first asked: now, if it never was. */
    public static function since(string $what): int
    {
        OwnTable::prepareTimes(self::TABLE, 'what', 100, 'taken');
        Capsule::table(self::TABLE)->insertOrIgnore([['what' => $what, 'taken' => time()]]);

        return (int) Capsule::table(self::TABLE)->where('what', $what)->value('taken');
    }

    /** Nobody asks for the old ones any more. */
    public static function clean(): void
    {
        if (OwnTable::exists(self::TABLE)) {
            Capsule::table(self::TABLE)->where('taken', '<', time() - self::KEPT_SECONDS)->delete();
        }
    }
}
