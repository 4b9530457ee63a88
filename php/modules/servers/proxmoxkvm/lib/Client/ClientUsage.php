<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** What a machine has used, for the graphs of the client's page: read only, and for its owner alone. */
final class ClientUsage
{
    public const TIMEFRAMES = ['hour', 'day', 'week', 'month', 'year'];

    /** What is shown before somebody chooses. */
    public const FIRST = 'day';

    /**
     * What a form without the script has asked for: WHMCS answers it with the page, which shows it.
     *
     * @var array{timeframe: string, points: list<array<string, float|null>>}|null
     */
    private static ?array $answered = null;

    /** @return array{timeframe: string, points: list<array<string, float|null>>}|null */
    public static function answered(): ?array
    {
        return self::$answered;
    }

    /**
     * @param array<string, mixed> $params
     * @return array{ok: bool, message: string, points: list<array<string, float|null>>}
     */
    public static function of(array $params, string $timeframe): array
    {
        $timeframe = in_array($timeframe, self::TIMEFRAMES, true) ? $timeframe : self::FIRST;
        self::$answered = null;
        try {
            $whmcs = new Params($params);
            Visitor::mustOwn($whmcs);
            $points = Native::call('usage', [
                'service' => $whmcs->serviceId(),
                'server' => $whmcs->server(),
                'package' => $whmcs->package(),
                'actor' => 'client',
                ...$whmcs->identity(),
                'timeframe' => $timeframe,
            ])['points'] ?? [];
            self::$answered = ['timeframe' => $timeframe, 'points' => $points];

            return ['ok' => true, 'message' => '', 'points' => $points];
        } catch (Throwable $error) {
            if (!$error instanceof Refused) {
                Problem::log('usage', [], $error);
            }
            $message = Problem::forClient($error, 'client_graphs_failed');
        }

        return ['ok' => false, 'message' => $message, 'points' => []];
    }
}
