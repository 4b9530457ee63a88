<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** What a service's VM shows at this moment: only when it is asked for. */
final class ScreenPanel
{
    /** @param string $link to the page of the service */
    public static function html(Request $request, string $link, int $service): string
    {
        $panel = new AskedPanel('screen', 'client_screen', 'client_screen_show');

        return $panel->html($request, $link, $service, self::picture(...));
    }

    private static function picture(Params $params): string
    {
        $png = (string) Entry::perform('screenshot', $params, 'admin')['png'];
        $alt = Html::text(Lang::text('client_screen'));

        return "<img src=\"data:image/png;base64,$png\" alt=\"$alt\">";
    }
}
