<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/**
 * Which graphs the client's page has: what is in each, and its texts. The page's script draws them; without it the same
 * numbers are a table, and with or without it a file of comma-separated values.
 */
final class ClientGraphs
{
    /** Graph => unit, and its series: field of a point => text. Rates of the network are told in bits, as they are sold. */
    private const GRAPHS = [
        'cpu' => ['percent', ['cpu' => 'client_series_used']],
        'memory' => ['memory', ['memory' => 'client_series_used', 'memory_max' => 'client_series_size']],
        'disk' => ['bytes', ['disk_read' => 'client_series_read', 'disk_write' => 'client_series_written']],
        'network' => ['bits', ['net_in' => 'client_series_received', 'net_out' => 'client_series_sent']],
    ];

    private const TEXTS = [
        'graphs', 'graph_summary', 'graphs_none', 'graph_time', 'graph_table', 'graph_csv', 'graph_highest',
    ];

    private const GIB = 1 << 30;
    private const MEGA = 1e6;

    /**
     * @param array{timeframe: string, points: list<array<string, float|null>>}|null $answered to a form
     * @return array<string, mixed> for the template
     */
    public static function forPage(?array $answered): array
    {
        $frames = [];
        $open = $answered['timeframe'] ?? ClientUsage::FIRST;
        foreach (ClientUsage::TIMEFRAMES as $frame) {
            $label = Lang::text("client_frame_$frame");
            $frames[] = ['name' => $frame, 'label' => $label, 'open' => $frame === $open];
        }
        return [
            'text' => Lang::named('client_', self::TEXTS),
            'frames' => $frames,
            'open' => $open,
            // For the script, in an attribute that the template escapes.
            'plan' => json_encode(self::plan(), JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE),
            'columns' => self::columns(),
            'rows' => array_map(self::row(...), $answered['points'] ?? []),
        ];
    }

    /**
     * For programs: the names, units and numbers of the core.
     *
     * @param list<array<string, float|null>> $points
     */
    public static function csv(array $points): string
    {
        $fields = self::fields();
        $lines = ['time,' . implode(',', $fields)];
        foreach ($points as $point) {
            $values = array_map(static fn (string $field): string => (string) ($point[$field] ?? ''), $fields);
            $lines[] = gmdate('Y-m-d\TH:i:s\Z', (int) $point['at']) . ',' . implode(',', $values);
        }

        return implode("\r\n", $lines) . "\r\n";
    }

    /** @return list<array{title: string, unit: string, series: array<string, string>}> */
    private static function plan(): array
    {
        $graphs = [];
        foreach (self::GRAPHS as $name => [$unit, $series]) {
            $graphs[] = [
                'title' => Lang::text("client_graph_$name"),
                'unit' => $unit,
                'series' => array_map(Lang::text(...), $series),
            ];
        }

        return $graphs;
    }

    /** @return list<string> */
    private static function fields(): array
    {
        $series = array_column(array_values(self::GRAPHS), 1);

        return array_merge(...array_map(array_keys(...), $series));
    }

    /** @return list<string> titles of the table, after that of the time */
    private static function columns(): array
    {
        $columns = [];
        foreach (self::plan() as $graph) {
            foreach ($graph['series'] as $series) {
                $columns[] = "$graph[title]: $series";
            }
        }

        return $columns;
    }

    /**
     * @param array<string, float|null> $point
     * @return array{at: string, cells: list<string>}
     */
    private static function row(array $point): array
    {
        $cells = [];
        foreach (self::GRAPHS as [$unit, $series]) {
            foreach (array_keys($series) as $field) {
                $cells[] = is_numeric($point[$field] ?? null) ? self::cell($unit, (float) $point[$field]) : '';
            }
        }

        return ['at' => Locale::moment((float) $point['at']), 'cells' => $cells];
    }

    private static function cell(string $unit, float $value): string
    {
        return match ($unit) {
            'percent' => Locale::percent($value, 1),
            'memory' => Lang::text('size_gb', ['n' => Locale::number($value / self::GIB, 2)]),
            'bits' => Lang::text('resource_network_rate_value', ['n' => Locale::number(8 * $value / self::MEGA, 2)]),
            default => Locale::number($value / self::MEGA, 2) . ' ' . explode(' ', Lang::text('client_units'))[8],
        };
    }
}
