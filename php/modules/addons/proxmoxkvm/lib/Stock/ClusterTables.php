<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServerRows;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** The nodes and storages of a server entry's cluster: what there is, and what of it is free. */
final class ClusterTables
{
    public static function html(object $row): string
    {
        $request = ['server' => ServerRows::forCore($row)];
        try {
            $reply = Native::call('capacity', $request);
        } catch (Throwable $error) {
            return Html::note('danger', Problem::html($error, $request));
        }
        $nodes = array_map(self::node(...), $reply['nodes'] ?? []);
        $storages = array_map(StorageRow::of(...), $reply['storages'] ?? []);

        return '<h2 class="h3">' . Html::lang('cluster_of', ['server' => ServerRows::name($row)]) . '</h2>'
            . Html::table(['addon_node', 'cluster_state', 'cluster_cpus', 'cluster_memory', 'cluster_guests'], $nodes)
            . Html::table(['cluster_storage', 'addon_node', 'cluster_for', 'cluster_space'], $storages);
    }

    /**
     * @param array<string, mixed> $node
     * @return list<string>
     */
    private static function node(array $node): array
    {
        return [
            Html::text($node['name']),
            Html::lang(($node['online'] ?? false) === true ? 'node_online' : 'node_offline'),
            Html::text($node['cpus'] ?? '-'),
            Space::html($node['memory'] ?? null, $node['memory_free'] ?? null),
            Html::text($node['guests'] ?? '-'),
        ];
    }
}
