<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Paging;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Advice;
use WHMCS\Module\Server\Proxmoxkvm\Native;

/** The services that the cron alone cannot help. */
final class AttentionPage implements Page
{
    private const NAME = 'attention';
    private const TITLES = ['addon_service', 'addon_client', 'tab_domain', 'tab_status', 'tab_error', ''];

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        $paging = new Paging($this->request);
        $asked = ['attention' => true, 'limit' => $paging->size, 'offset' => $paging->offset];
        $reply = Native::call('overview', $asked);
        $services = $reply['services'] ?? [];
        if ($services === []) {
            return Html::note('success', Html::lang('addon_all_well'));
        }
        $whmcs = ServiceRows::of(array_map(intval(...), array_column($services, 'id')), $this->request);
        $rows = [];
        foreach ($services as $service) {
            $id = (int) ($service['id'] ?? 0);
            $error = $service['error'] ?? null;
            $troubles = [...(is_array($error) ? [$error] : []), ...($reply['dns_troubles'][$id] ?? [])];
            $rows[] = [
                $whmcs->service($id),
                $whmcs->client($id),
                $whmcs->domain($service),
                $whmcs->status($service),
                '<div>' . implode(array_map(Advice::html(...), $troubles)) . '</div>',
                (($error['code'] ?? '') === ServicePage::GONE ? '' : Html::form(
                    $this->request->link('service', ['id' => $id]),
                    ['back' => self::NAME],
                    Html::button('addon_retry', is_array($error) ? 'retry' : 'dns', 'primary')
                )) . $whmcs->actions($id),
            ];
        }

        return Html::table(self::TITLES, $rows) . $paging->html(self::NAME, [], (int) ($reply['total'] ?? 0));
    }

    public function act(): Outcome
    {
        return Outcome::noSuchButton(self::NAME);
    }
}
