<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Machine;

/** When the cron of each machine last came to its end: in WHMCS's database, which every web server sees. */
final class CronRuns
{
    public const TABLE = 'mod_proxmoxkvm_crons';

    /** WHMCS's cron comes by every five minutes. */
    private const LATE_SECONDS = 15 * 60;

    /** A machine that was taken out of service is forgotten. */
    private const KEPT_SECONDS = 24 * 3600;

    private const NAME_LENGTH = 100;

    /** The run of this machine is done. */
    public static function ended(): void
    {
        OwnTable::prepareTimes(self::TABLE, 'machine', self::NAME_LENGTH, 'ended');
        $machine = substr(Machine::host(), 0, self::NAME_LENGTH);
        // Two runs of one machine, or of two with one name, may end at once.
        Capsule::table(self::TABLE)->insertOrIgnore(['machine' => $machine, 'ended' => time()]);
        Capsule::table(self::TABLE)->where('machine', $machine)->update(['ended' => time()]);
        Capsule::table(self::TABLE)->where('ended', '<', time() - self::KEPT_SECONDS)->delete();
    }

    /** @return array<string, int> time by machine, the latest first */
    public static function all(): array
    {
        return OwnTable::exists(self::TABLE)
            ? Capsule::table(self::TABLE)->orderByDesc('ended')->orderBy('machine')->pluck('ended', 'machine')
                ->map(static fn (mixed $time): int => (int) $time)->all()
            : [];
    }

    public static function last(): ?int
    {
        return array_values(self::all())[0] ?? null;
    }

    public static function isLate(int $time): bool
    {
        return time() - $time > self::LATE_SECONDS;
    }
}
