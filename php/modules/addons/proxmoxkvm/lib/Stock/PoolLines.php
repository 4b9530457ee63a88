<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Gauge;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The address lines of a server entry as a table: how full each is, and the reverse zones that it needs. */
final class PoolLines
{
    private const TITLES = [
        'addon_line', 'addon_bridge', 'addon_vlan', 'tab_addresses', 'pool_gateway', 'pool_usage', 'addon_free',
        'pool_zones', '',
    ];

    public function __construct(private Request $request, private int $server)
    {
    }

    /** @param list<array<string, mixed>> $lines */
    public function html(array $lines): string
    {
        return $lines === []
            ? '<p>' . Html::lang('addon_no_lines') . '</p>'
            : Html::table(self::TITLES, array_map($this->row(...), $lines));
    }

    /**
     * @param array<string, mixed> $line
     * @return list<string>
     */
    private function row(array $line): array
    {
        $number = (int) $line['line'];
        $one = $line['first'] === $line['last'];
        $leased = Lang::text('pool_leased', ['leased' => (string) $line['leased'], 'total' => (string) $line['total']]);
        $leases = $this->request->link('pools', ['server' => $this->server, 'line' => $number]);

        return [
            Html::text($number),
            Html::text($line['bridge']),
            $line['vlan'] === 0 ? Html::lang('addon_untagged') : Html::text($line['vlan']),
            Html::text(($one ? $line['first'] : "$line[first] - $line[last]") . ' /' . ($line['prefix'] ?? '')),
            Html::text($line['gateway'] ?? '-'),
            '<div>' . Gauge::html((int) $line['total'], (int) $line['free'], $leased) . '<br>' . ($line['leased'] === 0
                ? Html::text($leased)
                : Html::link($leases, Html::text($leased))) . '</div>',
            $line['free'] === 0
                ? '<span class="proxmoxkvm-tag label label-danger">0</span>'
                : Html::text($line['free']),
            '<div>' . PoolPreview::zones($line['reverse_zones'] ?? []) . '</div>',
            Html::link(
                $this->request->link('pools', ['server' => $this->server, 'form' => $number]),
                Html::lang('addon_edit')
            ),
        ];
    }
}
