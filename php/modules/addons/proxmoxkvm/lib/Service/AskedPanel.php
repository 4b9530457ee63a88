<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** A part of a service's page that comes from Proxmox VE: only when it is asked for. */
final class AskedPanel
{
    /**
     * @param string $asked the parameter of the address that asks for it
     * @param string $title key of its title
     * @param string $show key of the link that asks for it
     */
    public function __construct(private string $asked, private string $title, private string $show)
    {
    }

    /**
     * @param string $link to the page of the service
     * @param callable(Params): string $body
     */
    public function html(Request $request, string $link, int $service, callable $body): string
    {
        $title = Html::lang($this->title);
        if ($request->askedNumber($this->asked) === 0) {
            return Html::panel($title, Html::link("$link&$this->asked=1", Html::lang($this->show)));
        }

        return self::shown($title, $service, $body);
    }

    /**
     * What has been asked for, or why it cannot be shown.
     *
     * @param callable(Params): string $body
     */
    public static function shown(string $title, int $service, callable $body): string
    {
        $order = [];
        try {
            $params = Orders::paramsOf($service);
            $order = $params->order('admin');

            return Html::panel($title, $body($params));
        } catch (Throwable $error) {
            return Html::note('danger', Problem::html($error, $order));
        }
    }
}
