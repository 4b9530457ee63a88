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

/** All services, and what each is doing or waiting for, from the store alone. */
final class OverviewPage implements Page
{
    private const NAME = 'overview';
    private const TITLES = [
        'addon_service', 'addon_client', 'addon_product', 'tab_domain', 'addon_power', 'addon_doing', 'addon_since',
        'addon_vm', '',
    ];

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        $paging = new Paging($this->request);
        $filter = new OverviewFilter($this->request);
        $reply = Native::call('overview', $filter->asked() + [
            'limit' => $paging->size,
            'offset' => $paging->offset,
        ]);
        $services = $reply['services'] ?? [];
        $total = (int) ($reply['total'] ?? 0);

        return CronLine::html() . $this->counts($reply) . $filter->form($this->request, self::NAME, $reply)
            . ($services === [] ? '<p>' . Html::lang('addon_nothing') . '</p>' : $this->table($services, $reply))
            . $paging->html(self::NAME, $filter->query, $total)
            . '<p class="proxmoxkvm-muted">' . Html::lang('addon_found', ['n' => $total]) . '</p>'
            . CsvLinks::html($this->request);
    }

    public function act(): Outcome
    {
        return Outcome::noSuchButton(self::NAME);
    }

    /** @param array<string, mixed> $reply how many services of all do or are what */
    private function counts(array $reply): string
    {
        $links = [$this->count(['sort' => 'waiting'], Html::lang('addon_busy'), (int) ($reply['busy'] ?? 0))];
        foreach ($reply['counts'] ?? [] as $status => $count) {
            $status = (string) $status;
            $links[] = $this->count(['status' => $status], Html::text(Progress::words($status)), (int) $count);
        }

        return '<p class="proxmoxkvm-links">' . implode(' &nbsp; ', $links) . '</p>';
    }

    /** @param array<string, string> $query */
    private function count(array $query, string $html, int $count): string
    {
        return Html::link($this->request->link(self::NAME, $query), "$html <span class=\"badge\">$count</span>");
    }

    /**
     * @param list<array<string, mixed>> $services
     * @param array<string, mixed> $reply
     */
    private function table(array $services, array $reply): string
    {
        $whmcs = ServiceRows::of(array_map(intval(...), array_column($services, 'id')), $this->request);
        $rows = [];
        foreach ($services as $service) {
            $id = (int) ($service['id'] ?? 0);
            $doing = $reply['doing'][$id] ?? [];
            $rows[] = [
                $whmcs->service($id),
                $whmcs->client($id),
                $whmcs->product($id),
                implode('<br>', array_filter([$whmcs->domain($service), ServiceRows::addresses($service)])),
                DoingCell::power($reply['power'][$id] ?? null),
                '<div>' . DoingCell::html($service, $doing) . '</div>',
                '<div>' . DoingCell::since($doing) . '</div>',
                ServiceRows::vm($service),
                $whmcs->actions($id),
            ];
        }

        return Html::table(self::TITLES, $rows);
    }
}
