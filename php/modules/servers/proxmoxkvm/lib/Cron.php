<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Throwable;

/** The module's part of every cron run of WHMCS: takes each pending service as far as its VM allows. */
final class Cron
{
    private const LIMIT = 1000;
    private const BUDGET_SECONDS = 50;
    private const WORKERS = 8;

    /** Called by WHMCS after its own tasks. Throws nothing. */
    public static function hook(): void
    {
        try {
            $lines = self::run();
        } catch (Throwable $error) {
            $lines = [Lang::text('cron_failed', ['why' => $error->getMessage()])];
            self::report($lines[0]);
        }
        if (PHP_SAPI === 'cli') {
            foreach ($lines as $line) {
                echo Module::NAME, ': ', $line, PHP_EOL;
            }
        }
    }

    /** @return list<string> what happened, a line for each service and step */
    private static function run(): array
    {
        $due = Native::call('due', ['limit' => self::LIMIT]);
        // First of all: whatever an interrupted page left unwritten.
        WriteBack::all($due['write_backs'] ?? []);
        if (($due['services'] ?? []) === []) {
            return [];
        }
        $work = Orders::of($due['services']);
        $servers = array_map(static fn (array $order): int => $order['server']['id'], $work->orders);
        $request = [
            'orders' => $work->orders,
            'failed' => $work->failed,
            'terminated' => Services::terminated(array_values(array_unique($servers))),
            'budget_s' => self::BUDGET_SECONDS,
            'workers' => self::WORKERS,
        ];
        $reply = Native::call('cron', $request);
        $shown = ['services' => array_column(array_column($work->orders, 'service'), 'id'), 'failed' => $work->failed];
        Log::call('cron', $shown, $reply, Secrets::of($request));
        WriteBack::all($reply['write_backs'] ?? []);
        array_map(ReadyMail::send(...), $reply['ready'] ?? []);

        return $reply['lines'] ?? [];
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
