<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** What a service's VM shows at this moment: only when it is asked for. */
final class ScreenPanel
{
    /** The parameter of the address that asks for it. */
    private const ASKED = 'screen';

    /** @param string $link to the page of the service */
    public static function html(Request $request, string $link, int $service): string
    {
        if ($request->askedNumber(self::ASKED) === 0) {
            $show = Html::link("$link&" . self::ASKED . '=1', Html::lang('client_screen_show'));

            return Html::panel(Html::lang('client_screen'), $show);
        }
        $order = [];
        try {
            $params = Orders::paramsOf($service);
            $order = $params->order('admin');
            $png = (string) Entry::perform('screenshot', $params, 'admin')['png'];
        } catch (Throwable $error) {
            return Html::note('danger', Problem::html($error, $order));
        }
        $alt = Html::text(Lang::text('client_screen'));
        $picture = "<img src=\"data:image/png;base64,$png\" alt=\"$alt\">";

        return Html::panel(Html::lang('client_screen'), $picture);
    }
}
