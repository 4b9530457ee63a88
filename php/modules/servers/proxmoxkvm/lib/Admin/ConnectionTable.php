<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What the core says about a server entry, in full: the rows of a table. */
final class ConnectionTable
{
    /** @param array<string, mixed> $reply */
    public static function html(array $reply): string
    {
        $trust = (string) ($reply['trust'] ?? '');
        $lines = (string) ($reply['address_lines']['ok'] ?? 0);
        $bad = ConnectionParts::addressLines($reply);
        $missing = [...ConnectionParts::missing($reply, false), ...ConnectionParts::missing($reply, true)];
        $rows = [
            'test_version' => ['Proxmox VE ' . ($reply['version'] ?? '')],
            'test_login' => [(string) ($reply['login'] ?? '')],
            'test_trust' => [Lang::word("trust_$trust", $trust)],
            'test_endpoints' => ConnectionParts::endpoints($reply, true),
            'test_nodes' => array_map(self::node(...), $reply['nodes'] ?? []),
            'test_privileges' => $missing ?: [Lang::text('test_complete')],
            'test_lines' => [Lang::text('test_lines_good', ['count' => $lines]), ...$bad],
            'test_warnings' => $reply['warnings'] ?? [],
        ];
        $html = '';
        foreach (array_filter($rows) as $label => $texts) {
            $html .= '<tr><th>' . Text::html(Lang::text($label)) . '</th><td>'
                . implode('<br>', array_map(Text::html(...), $texts)) . '</td></tr>';
        }

        return $html;
    }

    /** @param array<string, mixed> $node */
    private static function node(array $node): string
    {
        $name = (string) ($node['name'] ?? '');

        return ($node['online'] ?? false) ? $name : Lang::text('choice_offline', ['name' => $name]);
    }
}
