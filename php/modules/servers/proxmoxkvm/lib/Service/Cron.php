<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CronLock;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Product\Stock;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Machine;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Claims;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Outbox;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\SealKey;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The module's cron run: takes each pending service as far as its VM allows. */
final class Cron
{
    private const LIMIT = 1000;
    private const BUDGET_SECONDS = 50;
    /** A web server waits for a page as long as for one of the core's verbs. */
    private const PAGE_SECONDS = 40;
    /** What is due of other services is delivered by the cron. */
    private const PAGE_DELIVER_SECONDS = 3.0;

    /** Called by WHMCS after its own tasks. Throws nothing. */
    public static function hook(): void
    {
        self::guarded(static fn (): array => self::run());
    }

    /** Called by cron.php. Throws nothing. @return int 0: the run could do its work, 1: not */
    public static function alone(): int
    {
        return self::guarded(static function (): array {
            StoreOwner::mustBeUs(StoreLocation::current());

            return self::run();
        }) ? 0 : 1;
    }

    /**
     * The same for one service, at once: a button of the addon module.
     *
     * @return array<string, mixed> the core's reply
     */
    public static function retry(int $service): array
    {
        Machine::mustFinish();

        return self::advance([['id' => $service]], 'admin', self::PAGE_SECONDS, deliver: self::PAGE_DELIVER_SECONDS);
    }

    /** @param callable(): list<string> $run */
    private static function guarded(callable $run): bool
    {
        $good = true;
        try {
            $lines = $run();
        } catch (Throwable $error) {
            $good = false;
            $lines = [Lang::text('cron_failed', ['why' => Forbidden::sentence($error)])];
            self::report($lines[0]);
        }
        if (PHP_SAPI === 'cli') {
            foreach ($lines as $line) {
                echo Module::NAME, ': ', $line, PHP_EOL;
            }
        }

        return $good;
    }

    /** @return list<string> what happened, a line for each service and step */
    private static function run(): array
    {
        // Opens the store, whose folder the lock may lie in.
        Native::open();
        $lock = CronLock::take(StoreLocation::current());
        if ($lock === null) {
            return [Lang::text('cron_other')];
        }
        $due = Native::call('due', ['limit' => self::LIMIT]);
        $services = $due['services'] ?? [];
        $samples = Metering::servers($due['usage_due'] ?? []);
        $rest = (int) ($due['dns'] ?? 0) + (int) ($due['outbox'] ?? 0);
        $isIdle = $services === [] && $samples === [] && $rest === 0;
        $reply = $isIdle ? [] : self::advance($services, samples: $samples);
        Renewal::settleAll();
        CronRuns::ended();
        Claims::clean();

        return [...$reply['lines'] ?? [], ...Stock::update()];
    }

    /**
     * @param list<array{id: int}> $services
     * @param list<array<string, mixed>> $samples server entries whose machines' usage is due
     * @return array<string, mixed> the core's reply
     */
    private static function advance(
        array $services,
        string $actor = 'cron',
        int $seconds = self::BUDGET_SECONDS,
        array $samples = [],
        float $deliver = Outbox::SECONDS
    ): array {
        $work = Orders::of($services, $actor);
        $servers = array_map(static fn (array $order): int => $order['server']['id'], $work->orders);
        $request = [
            'orders' => $work->orders,
            'failed' => $work->failed,
            'terminated' => Services::terminated(array_values(array_unique($servers))),
            'zones' => Zones::all(),
            'seal_key' => SealKey::known(),
            'samples' => $samples,
            'budget_s' => $seconds,
            'utc_offset_s' => (int) date('Z'),
        ];
        $reply = Native::call('cron', $request);
        $shown = ['services' => array_column(array_column($work->orders, 'service'), 'id'), 'failed' => $work->failed];
        Log::call('cron', $shown, $reply, Secrets::of($request));
        Outbox::deliver($reply['outbox'] ?? [], seconds: $deliver);

        return $reply;
    }

    private static function report(string $problem): void
    {
        try {
            Log::activityOnce($problem);
        } catch (Throwable) {
            // Nothing is left to tell it to; the line of the cron run remains.
        }
    }
}
