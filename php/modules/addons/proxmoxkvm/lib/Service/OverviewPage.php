<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Paging;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** All services, from the store alone. */
final class OverviewPage implements Page
{
    private const NAME = 'overview';
    private const TITLES = [
        'addon_service', 'addon_client', 'tab_domain', 'tab_status', 'addon_node', 'attach_placeholder',
        'tab_addresses', 'tab_error', '',
    ];

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        $paging = new Paging($this->request);
        $filter = $this->filter();
        $reply = Native::call('overview', [
            'status' => $filter['status'],
            'server' => (int) $filter['server'],
            'node' => $filter['node'],
            'search' => $filter['search'],
            'trouble' => $filter['trouble'] !== '',
            'limit' => $paging->size,
            'offset' => $paging->offset,
        ]);
        $services = $reply['services'] ?? [];
        $total = (int) ($reply['total'] ?? 0);

        return CronLine::html() . $this->counts($reply['counts'] ?? []) . $this->form($filter, $reply)
            . ($services === [] ? '<p>' . Html::lang('addon_nothing') . '</p>' : $this->table($services))
            . $paging->html(self::NAME, $filter, $total)
            . '<p class="text-muted">' . Html::lang('addon_found', ['n' => $total]) . '</p>';
    }

    public function act(): Outcome
    {
        return Outcome::noSuchButton(self::NAME);
    }

    /** @return array<string, string> */
    private function filter(): array
    {
        return [
            'status' => $this->request->asked('status'),
            'server' => (string) ($this->request->askedNumber('server') ?: ''),
            'node' => $this->request->asked('node'),
            'search' => $this->request->asked('search'),
            'trouble' => $this->request->asked('trouble') === '' ? '' : '1',
        ];
    }

    /** @param array<string, int> $counts of all services, by status */
    private function counts(array $counts): string
    {
        $html = '';
        foreach ($counts as $status => $count) {
            $html .= Html::link(
                $this->request->link(self::NAME, ['status' => $status]),
                Html::text(Progress::words((string) $status)) . " <span class=\"badge\">" . (int) $count . '</span>'
            ) . ' &nbsp; ';
        }

        return $html === '' ? '' : "<p class=\"proxmoxkvm-links\">$html</p>";
    }

    /**
     * @param array<string, string> $filter
     * @param array<string, mixed> $reply
     */
    private function form(array $filter, array $reply): string
    {
        $any = ['' => Lang::text('addon_any')];
        $statuses = [];
        foreach (array_keys($reply['counts'] ?? []) as $status) {
            $statuses[$status] = Progress::words((string) $status);
        }
        $nodes = $reply['nodes'] ?? [];
        $fields = [
            'tab_status' => Html::select('status', $any + $statuses, $filter['status']),
            'addon_server' => Html::select('server', $any + ServerRows::names(), $filter['server']),
            'addon_node' => Html::select('node', $any + array_combine($nodes, $nodes), $filter['node']),
            'addon_search' => Html::input('search', $filter['search'], Lang::text('addon_search_help')),
        ];
        $html = '';
        foreach ($fields as $label => $field) {
            $html .= '<div class="form-group"><label>' . Html::lang($label) . "&nbsp;</label>$field</div> ";
        }
        $checked = $filter['trouble'] === '' ? '' : ' checked';
        $html .= "<div class=\"checkbox\"><label><input type=\"checkbox\" name=\"trouble\" value=\"1\"$checked> "
            . Html::lang('addon_only_errors') . '</label></div> ' . Html::button('addon_show', '', 'primary');

        return Html::search($this->request, self::NAME, $html);
    }

    /** @param list<array<string, mixed>> $services */
    private function table(array $services): string
    {
        $whmcs = ServiceRows::of(array_map(intval(...), array_column($services, 'id')), $this->request);
        $rows = [];
        foreach ($services as $service) {
            $id = (int) ($service['id'] ?? 0);
            $rows[] = [
                $whmcs->service($id),
                $whmcs->client($id),
                $whmcs->domain($service),
                $whmcs->status($service),
                Html::text($service['node'] ?? '-'),
                Html::text($service['vmid'] ?? '-'),
                ServiceRows::addresses($service),
                isset($service['error'])
                    ? '<div class="text-danger">' . Html::text($service['error']['message'] ?? '') . '</div>'
                    : '',
                $whmcs->actions($id),
            ];
        }

        return Html::table(self::TITLES, $rows);
    }
}
