<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** The tabs of the client's page once more, in WHMCS's own menu beside it. */
final class Sidebar
{
    /** WHMCS's name of its menu on the page of a service. */
    private const OVERVIEW = 'Service Details Overview';

    /** Behind WHMCS's own entries, which have 10, 20, … */
    private const FIRST = 100;

    /**
     * @param object $sidebar WHMCS's, a `WHMCS\View\Menu\Item`
     * @param int $service the one whose page it is beside
     */
    public static function fill(object $sidebar, int $service): void
    {
        try {
            $menu = $sidebar->getChild(self::OVERVIEW);
            if ($menu === null || !self::isOurs($service)) {
                return;
            }
            $seen = Seen::stored(Orders::paramsOf($service));
            $links = ClientView::of($seen)['pane'] === 'tabs' ? Tabs::links($seen) : [];
            foreach ($links as $place => $link) {
                $item = $menu->addChild(Module::NAME . " $link[name]");
                $item->setLabel($link['label']);
                $item->setUri($link['url']);
                $item->setOrder(self::FIRST + $place);
            }
        } catch (Throwable $error) {
            // A page is whole without it.
            Problem::log('sidebar', [], $error);
        }
    }

    private static function isOurs(int $service): bool
    {
        $product = Capsule::table('tblhosting')->where('id', $service)->value('packageid');

        return Capsule::table('tblproducts')->where('id', $product)->value('servertype') === Module::NAME;
    }
}
