<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Setting;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/**
 * The process to which a web server leads the websockets of consoles. The library is the relay; PHP tells it the server
 * entries, whose logins WHMCS alone can read, and whose services are not their customers' any more.
 */
final class Daemon
{
    /** Where it listens: `unix:/path`, or a port of this machine. With it pages look for it. */
    public const SETTING = 'PROXMOXKVM_CONSOLE_SOCKET';

    /** So often WHMCS is asked whose the services are, and for its server entries (seconds). */
    private const TURN_S = 5;
    private const ENTRIES_S = 60;

    private static bool $isStopped = false;

    /** Until it is stopped. @return int exit status */
    public static function serve(): int
    {
        $listen = Setting::value(self::SETTING);
        if ($listen === null) {
            echo Lang::text('console_no_socket', ['setting' => self::SETTING]), PHP_EOL;

            return 1;
        }
        StoreOwner::mustBeUs(StoreLocation::current());
        self::hearSignals();
        $gone = [];
        for ($readAt = 0; !self::$isStopped;) {
            $servers = [];
            if (time() - $readAt >= self::ENTRIES_S) {
                $servers = self::servers();
                $readAt = $servers === [] ? $readAt : time();
            }
            $open = Native::call('console_serve', $servers + [
                'listen' => $listen,
                'seconds' => self::TURN_S,
                'most' => Setting::value(Holder::SETTING),
                'not_theirs' => $gone,
            ])['open'] ?? [];
            $gone = array_values(array_filter($open, self::isNotTheirs(...)));
        }
        Native::call('console_serve', ['listen' => $listen, 'stop' => true]);

        return 0;
    }

    /** @return array{servers?: list<array<string, mixed>>} none where WHMCS cannot say it at this moment */
    private static function servers(): array
    {
        try {
            $rows = Capsule::table('tblservers')->where('type', Module::NAME)->where('disabled', 0)->get()->all();

            return ['servers' => array_map(
                static fn (object $row): array => Params::fromServer($row)->server(),
                $rows
            )];
        } catch (Throwable) {
            return [];
        }
    }

    /** @param array{service: int, client: int|null} $console */
    private static function isNotTheirs(array $console): bool
    {
        try {
            return $console['client'] !== null && Services::owner($console['service']) !== $console['client'];
        } catch (Throwable) {
            // A database that does not answer at this moment is asked again.
            return false;
        }
    }

    /** The library ends its turn at a signal, and so it ends what is open. */
    private static function hearSignals(): void
    {
        if (function_exists('pcntl_async_signals') && function_exists('pcntl_signal')) {
            pcntl_async_signals(true);
            foreach ([SIGTERM, SIGINT] as $signal) {
                pcntl_signal($signal, static function (): void {
                    self::$isStopped = true;
                });
            }
        }
    }
}
