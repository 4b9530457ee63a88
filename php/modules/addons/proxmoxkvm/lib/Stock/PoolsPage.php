<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Paging;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServerRows;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServiceRows;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The addresses of a server entry: how full its lines are, and who has which. From the store alone. */
final class PoolsPage implements Page
{
    private const NAME = 'pools';
    private const LINES = [
        'addon_line', 'addon_bridge', 'addon_vlan', 'tab_addresses', 'addon_total', 'addon_leased', 'addon_free',
    ];

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        $servers = ServerRows::all();
        if ($servers === []) {
            return Html::note('info', Html::lang('addon_no_servers'));
        }
        $chosen = $this->request->askedNumber('server');
        $server = isset($servers[$chosen]) ? $chosen : array_key_first($servers);
        $select = Html::select('server', ServerRows::names(), (string) $server);
        $form = Html::labelled(Html::lang('addon_server'), $select) . ' '
            . Html::button('addon_show', '', 'primary');

        return Html::search($this->request, self::NAME, $form) . $this->pool($server, $servers[$server]);
    }

    public function act(): Outcome
    {
        return Outcome::noSuchButton(self::NAME);
    }

    private function pool(int $server, object $row): string
    {
        $paging = new Paging($this->request);
        $lines = new Paging($this->request, 100, 'lines');
        $line = $this->request->asked('line') === '' ? null : $this->request->askedNumber('line');
        $reply = Native::call('pools', [
            'server' => ServerRows::forCore($row),
            'limit' => $paging->size,
            'offset' => $paging->offset,
            'lines_limit' => $lines->size,
            'lines_offset' => $lines->offset,
        ] + ($line === null ? [] : ['line' => $line]));
        $title = $line === null ? Html::lang('addon_leases') : Html::lang('addon_leases_line', ['line' => $line]);
        $query = ['server' => $server, 'line' => (string) ($line ?? '')];

        return $this->warnings($server, $reply) . $this->sums($reply['sums'] ?? [])
            . $this->lines($server, $reply['lines'] ?? [])
            . $lines->html(self::NAME, ['server' => $server], (int) ($reply['lines_total'] ?? 0))
            . "<h3>$title</h3>" . $this->leases($reply['leases'] ?? [])
            . $paging->html(self::NAME, $query, (int) ($reply['leases_total'] ?? 0));
    }

    /** @param array<string, mixed> $reply */
    private function warnings(int $server, array $reply): string
    {
        $texts = [];
        foreach ($reply['bad'] ?? [] as $bad) {
            $texts[] = Html::lang('bad_line', ['line' => (int) $bad['line'], 'reason' => (string) $bad['reason']]);
        }
        $stray = (int) ($reply['stray'] ?? 0);
        if ($stray > 0) {
            $link = $this->request->link(self::NAME, ['server' => $server, 'line' => 0]);
            $texts[] = Html::link($link, Html::lang('addon_stray', ['n' => $stray]));
        }

        return $texts === [] ? '' : Html::note('warning', implode('<br>', $texts));
    }

    /** @param array<int, array<string, int>> $sums by family */
    private function sums(array $sums): string
    {
        $html = '';
        foreach ($sums as $family => $sum) {
            $html .= '<p><strong>' . Html::lang('addon_sum', ['family' => $family] + $sum) . '</strong></p>';
        }

        return $html;
    }

    /** @param list<array<string, mixed>> $lines */
    private function lines(int $server, array $lines): string
    {
        if ($lines === []) {
            return '<p>' . Html::lang('addon_no_lines') . '</p>';
        }
        $rows = [];
        foreach ($lines as $line) {
            $number = (int) $line['line'];
            $one = $line['first'] === $line['last'];
            $rows[] = [
                Html::text($number),
                Html::text($line['bridge']),
                $line['vlan'] === 0 ? Html::lang('addon_untagged') : Html::text($line['vlan']),
                Html::text($one ? $line['first'] : "{$line['first']} - {$line['last']}"),
                Html::text($line['total']),
                $line['leased'] === 0 ? '0' : Html::link(
                    $this->request->link(self::NAME, ['server' => $server, 'line' => $number]),
                    Html::text($line['leased'])
                ),
                $line['free'] === 0 ? '<span class="label label-danger">0</span>' : Html::text($line['free']),
            ];
        }

        return Html::table(self::LINES, $rows);
    }

    /** @param list<array<string, mixed>> $leases */
    private function leases(array $leases): string
    {
        if ($leases === []) {
            return '<p>' . Html::lang('none') . '</p>';
        }
        $whmcs = ServiceRows::of(array_map(intval(...), array_column($leases, 'service')), $this->request);
        $rows = [];
        foreach ($leases as $lease) {
            $service = (int) $lease['service'];
            $rows[] = [
                Html::text($lease['address']),
                $whmcs->service($service),
                $whmcs->client($service),
                Html::text(Text::time($lease['since'])),
                $lease['line'] === 0 ? '-' : Html::text($lease['line']),
            ];
        }

        return Html::table(['addon_address', 'addon_service', 'addon_client', 'addon_since', 'addon_line'], $rows);
    }
}
