<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Setting;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/**
 * The process to which a web server leads the websockets of consoles. The library is the relay; PHP tells it the server
 * entries, whose logins WHMCS alone can read, and whose services are not their customers' any more.
 */
final class Daemon
{
    /** Where it listens: `unix:/path`, or a port of this machine. With it pages look for it. */
    public const SETTING = 'PROXMOXKVM_CONSOLE_SOCKET';

    /** So often WHMCS is asked whose the services are, what their products give, and for its server entries (seconds). */
    private const TURN_S = 5;
    private const PRODUCTS_S = 20;
    private const ENTRIES_S = 60;

    /** So long whose services are may be unknown (seconds). */
    private const BLIND_S = 60;

    private static bool $isStopped = false;
    private static int $answeredAt = 0;

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
        [$gone, $readAt, $productsAt, $isBegun] = [[], 0, time(), false];
        self::$answeredAt = time();
        while (!self::$isStopped) {
            $servers = time() - $readAt >= self::ENTRIES_S ? self::servers() : [];
            $open = self::turned($servers + ['listen' => $listen, 'not_theirs' => $gone], $isBegun);
            if ($open !== null) {
                $isBegun = true;
                $readAt = $servers === [] ? $readAt : time();
                $isWhole = time() - $productsAt >= self::PRODUCTS_S;
                $productsAt = $isWhole ? time() : $productsAt;
                // An admin is asked about with the products only.
                $isAsked = static fn (array $console): bool => $isWhole || $console['client'] !== null;
                $asked = array_filter($open, $isAsked);
                self::$answeredAt = $asked === [] ? time() : self::$answeredAt;
                $lost = array_map(static fn (array $console): ?array => self::lost($console, $isWhole), $asked);
                $gone = array_values(array_filter($lost));
            }
        }
        Native::call('console_serve', ['listen' => $listen, 'stop' => true]);

        return 0;
    }

    /**
     * @param array<string, mixed> $request
     * @return list<array{service: int, client: int|null, opener: string}>|null open ones; null: it could not be asked
     */
    private static function turned(array $request, bool $isBegun): ?array
    {
        try {
            return Native::call('console_serve', $request + ['seconds' => self::TURN_S])['open'] ?? [];
        } catch (CoreError $error) {
            $wait = 'sleep';
            // What no waiting mends, as a store that was replaced, ends this process, and it is started anew.
            if (!$isBegun || !$error->retry || !function_exists($wait)) {
                throw $error;
            }
            // A store that does not answer at this moment is asked again, and what is open goes on.
            $wait(self::TURN_S);

            return null;
        }
    }

    /** @return array{servers?: list<array<string, mixed>>} none where WHMCS cannot say it at this moment */
    private static function servers(): array
    {
        try {
            // Services of an entry that takes no new orders have their consoles too.
            $rows = Capsule::table('tblservers')->where('type', Module::NAME)->get()->all();
        } catch (Throwable) {
            return [];
        }

        return ['servers' => array_values(array_filter(array_map(self::server(...), $rows)))];
    }

    /** @return array<string, mixed>|null null: it cannot be read, which keeps nobody from the others */
    private static function server(object $row): ?array
    {
        try {
            return Params::fromServer($row)->server();
        } catch (Throwable $error) {
            error_log($error->getMessage());

            return null;
        }
    }

    /**
     * @param array{service: int, client: int|null, opener: string} $console
     * @param bool $isWhole whether its product, and who has opened it, are asked about too
     * @return array<string, int|string|null>|null with a `why`; null: it stays
     */
    private static function lost(array $console, bool $isWhole): ?array
    {
        try {
            ['service' => $service, 'client' => $client, 'opener' => $opener] = $console;
            $why = match (true) {
                $client === null => Opener::stays($opener, 0) ? null : 'not_allowed',
                $isWhole => Right::lost($service, $client, $opener),
                default => Right::owned($service, $client),
            };
            self::$answeredAt = time();

            return $why === null ? null : $console + ['why' => $why];
        } catch (Throwable $error) {
            // A database that does not answer at this moment is asked again. For longer nobody may have a console that
            // is perhaps not his: all end with this process, which is started anew.
            if (time() - self::$answeredAt >= self::BLIND_S) {
                throw $error;
            }

            return null;
        }
    }

    /** The library ends its turn at a signal, and so it ends what is open. */
    private static function hearSignals(): void
    {
        // By their names: only this process needs them, and the PHP of web servers often forbids them.
        [$asTheyCome, $hear] = ['pcntl_async_signals', 'pcntl_signal'];
        if (function_exists($asTheyCome) && function_exists($hear)) {
            $asTheyCome(true);
            foreach ([SIGTERM, SIGINT] as $signal) {
                $hear($signal, static function (): void {
                    self::$isStopped = true;
                });
            }
        }
    }
}
