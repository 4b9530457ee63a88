<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CronLock;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/**
 * Moves the store to another place: from a file into a database, back, or from one database into another. The core
 * compares and writes what differs, part by part, until a whole pass finds no difference; killed at any moment, the
 * next start goes on. The source is not changed.
 */
final class Move
{
    /** A cron of every minute that still runs somewhere has ended within this time. */
    private const QUIET_SECONDS = 120;

    /** In the place of a store: it is read from standard input. */
    private const TYPED = '-';

    private function __construct(private StoreLocation $from, private StoreLocation $to)
    {
    }

    /** Called by move.php. Throws nothing. @return int 0 moved, 1 not, or not wholly */
    public static function alone(Arguments $arguments): int
    {
        try {
            $from = $arguments->has('--from') ? self::location('from', $arguments->value('--from')) : null;
            $to = self::location('to', $arguments->value('--to'));
            (new self($from ?? StoreLocation::current(), $to))->run();

            return 0;
        } catch (Throwable $error) {
            self::say(Forbidden::sentence($error));

            return 1;
        }
    }

    private static function location(string $side, #[\SensitiveParameter] string $text): StoreLocation
    {
        if ($text === self::TYPED) {
            self::say(Lang::text('move_type', ['side' => "--$side"]));

            return StoreLocation::of(trim((string) fgets(STDIN)));
        }
        $location = StoreLocation::of($text);
        // Everybody on this machine sees the arguments of a process.
        if ($location->database?->isTypedWithPassword() === true) {
            throw new Unavailable(Lang::text('move_secret', ['side' => "--$side"]));
        }

        return $location;
    }

    private function run(): void
    {
        if ($this->from->key() === $this->to->key()) {
            throw new Unavailable(Lang::text('move_same', ['store' => $this->from->name()]));
        }
        StoreOwner::mustBeUs($this->from);
        StoreOwner::mustBeUs($this->to);
        self::mustBeQuiet();
        // No cron of this machine begins meanwhile.
        $lock = CronLock::take($this->from) ?? throw new Unavailable(Lang::text('move_cron'));
        self::say(Lang::text('move_begins', ['from' => $this->from->name(), 'to' => $this->to->name()]));
        do {
            $reply = Native::move($this->from, $this->to);
            self::say(Lang::text('move_progress', [
                'verified' => (string) ($reply['verified'] ?? 0),
                'of' => (string) ($reply['of'] ?? 0),
                'copied' => (string) ($reply['copied'] ?? 0),
            ]));
        } while (($reply['done'] ?? true) !== true);
        unset($lock);
        self::say(Lang::text('move_done'));
        self::say('define(\'PROXMOXKVM_STORE\', ' . var_export($this->to->setting(), true) . ');');
        if ($this->to->database?->isTypedWithPassword() === true) {
            self::say(Lang::text('move_password'));
        }
        self::say(Lang::text('move_after'));
    }

    /** As far as it can be seen: crons of all machines write down when they end; a page does not. */
    private static function mustBeQuiet(): void
    {
        foreach (CronRuns::all() as $machine => $time) {
            if (time() - $time < self::QUIET_SECONDS) {
                throw new Unavailable(Lang::text('move_cron_ran', [
                    'machine' => $machine,
                    'seconds' => (string) max(0, time() - $time),
                ]));
            }
        }
    }

    private static function say(string $line): void
    {
        echo $line, PHP_EOL;
    }
}
