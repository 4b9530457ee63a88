<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Which services an overview shows, in which order: all of it stands in the address, so that it can be kept there. */
final class OverviewFilter
{
    /** @var array<string, string> as it stands in the address */
    public readonly array $query;

    public function __construct(Request $request)
    {
        $this->query = [
            'status' => $request->asked('status'),
            'product' => (string) ($request->askedNumber('product') ?: ''),
            'server' => (string) ($request->askedNumber('server') ?: ''),
            'node' => $request->asked('node'),
            'search' => $request->asked('search'),
            'trouble' => $request->asked('trouble') === '' ? '' : '1',
            'sort' => $request->asked('sort'),
        ];
    }

    /** @return array<string, mixed> for the core */
    public function asked(): array
    {
        return [
            'status' => $this->query['status'],
            'server' => (int) $this->query['server'],
            'node' => $this->query['node'],
            'search' => $this->query['search'],
            'trouble' => $this->query['trouble'] !== '',
            'sort' => $this->query['sort'],
        ] + ($this->query['product'] === '' ? [] : ['only' => ProductRows::services((int) $this->query['product'])]);
    }

    /** @param array<string, mixed> $reply of the core: what there is to choose from */
    public function form(Request $request, string $page, array $reply): string
    {
        $any = ['' => Lang::text('addon_any')];
        $statuses = array_map(strval(...), array_keys($reply['counts'] ?? []));
        $statuses = array_combine($statuses, array_map(Progress::words(...), $statuses));
        $nodes = $reply['nodes'] ?? [];
        $sorts = $reply['sorts'] ?? [];
        $sorts = array_combine($sorts, array_map(static fn (string $sort): string => Lang::text("sort_$sort"), $sorts));
        $checked = $this->query['trouble'] === '' ? '' : ' checked';
        $search = Html::input('search', $this->query['search'], Lang::text('addon_search_help'));
        $html = $this->select('status', 'tab_status', $any + $statuses)
            . $this->select('product', 'addon_product', $any + ProductRows::names())
            . $this->select('server', 'addon_server', $any + ServerRows::names())
            . $this->select('node', 'addon_node', $any + array_combine($nodes, $nodes))
            . $this->select('sort', 'addon_sort', $sorts)
            . Html::labelled(Html::lang('addon_search'), $search) . ' <div class="checkbox"><label>'
            . "<input type=\"checkbox\" name=\"trouble\" value=\"1\"$checked> " . Html::lang('addon_only_errors')
            . '</label></div> ' . Html::button('addon_show', '', 'primary');

        return Html::search($request, $page, $html);
    }

    /** @param array<int|string, string> $options */
    private function select(string $name, string $label, array $options): string
    {
        $select = Html::select($name, $options, (string) $this->query[$name]);

        return Html::labelled(Html::lang($label), $select) . ' ';
    }
}
