<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Which graphs the client's page has: what is in each, and its texts. The page's script draws them. */
final class ClientGraphs
{
    /** Graph => unit, and its series: field of a point => text. */
    private const GRAPHS = [
        'cpu' => ['percent', ['cpu' => 'client_series_used']],
        'memory' => ['bytes', ['memory' => 'client_series_used', 'memory_max' => 'client_series_size']],
        'disk' => ['rate', ['disk_read' => 'client_series_read', 'disk_write' => 'client_series_written']],
        'network' => ['rate', ['net_in' => 'client_series_received', 'net_out' => 'client_series_sent']],
    ];

    /** @return array<string, mixed> for the template */
    public static function forPage(): array
    {
        $graphs = [];
        foreach (self::GRAPHS as $name => [$unit, $series]) {
            $graphs[] = [
                'title' => Lang::text("client_graph_$name"),
                'unit' => $unit,
                'series' => array_map(Lang::text(...), $series),
            ];
        }
        $frames = [];
        foreach (ClientUsage::TIMEFRAMES as $frame) {
            $frames[] = ['name' => $frame, 'label' => Lang::text("client_frame_$frame")];
        }

        return [
            'title' => Lang::text('client_graphs'),
            'frames' => $frames,
            // For the script, in an attribute that the template escapes.
            'plan' => json_encode($graphs, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE),
            'summary' => Lang::text('client_graph_summary'),
            'none' => Lang::text('client_graphs_none'),
        ];
    }
}
