<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Dns\ZonesPage;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Access;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Answer;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\AttentionCount;
use WHMCS\Module\Addon\Proxmoxkvm\Page\DoctorPage;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Download;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Notices;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Service\AttentionPage;
use WHMCS\Module\Addon\Proxmoxkvm\Service\OverviewPage;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServicePage;
use WHMCS\Module\Addon\Proxmoxkvm\SetUp\SetUpPage;
use WHMCS\Module\Addon\Proxmoxkvm\Stock\CsvPage;
use WHMCS\Module\Addon\Proxmoxkvm\Stock\PoolsPage;
use WHMCS\Module\Addon\Proxmoxkvm\Stock\ProductsPage;
use WHMCS\Module\Addon\Proxmoxkvm\Stock\ServersPage;
use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** Which page is meant, and the frame around it. Nothing is thrown from here. */
final class Front
{
    /** Name in the address => its class, its title where it has a tab. */
    private const PAGES = [
        'overview' => [OverviewPage::class, 'addon_overview'],
        'attention' => [AttentionPage::class, 'addon_attention'],
        'pools' => [PoolsPage::class, 'addon_pools'],
        'zones' => [ZonesPage::class, 'addon_zones'],
        'servers' => [ServersPage::class, 'addon_servers'],
        'products' => [ProductsPage::class, 'addon_products'],
        'doctor' => [DoctorPage::class, 'addon_doctor'],
        'setup' => [SetUpPage::class, 'addon_setup'],
        'service' => [ServicePage::class, null],
        'csv' => [CsvPage::class, null],
    ];

    public static function answer(Request $request): Answer
    {
        $name = isset(self::PAGES[$request->asked('page')]) ? $request->asked('page') : 'overview';
        $class = self::PAGES[$name][0];
        $page = new $class($request);
        if ($page instanceof Download && $page->name() !== '' && !$request->isPost()) {
            return Answer::file($page->name(), $page->lines());
        }
        $message = '';
        if ($request->isPost()) {
            AttentionCount::forget();
            $outcome = self::act($page, $name, $request);
            if (!$outcome->inPlace) {
                $outcome->remember();

                return Answer::redirect($request->link($outcome->page, $outcome->query));
            }
            $message = $outcome->html();
        }

        $body = self::body($page);
        $top = self::tabs($name, $request) . Notices::html($request) . Outcome::remembered();

        return Answer::page($top . $message . $body);
    }

    private static function act(Page $page, string $name, Request $request): Outcome
    {
        $same = array_filter(['id' => $request->askedNumber('id')]);
        try {
            Access::mayChange($request);

            return $page->act();
        } catch (Refused $refused) {
            return Outcome::bad(Html::text($refused->getMessage()), $name, $same);
        } catch (Throwable $error) {
            Problem::log('addon', [], $error);

            return Outcome::failure($error, $name, $same);
        }
    }

    private static function body(Page $page): string
    {
        try {
            return $page->html();
        } catch (Throwable $error) {
            Problem::log('addon', [], $error);

            return '<div class="alert alert-danger">' . Problem::html($error, []) . '</div>';
        }
    }

    private static function tabs(string $current, Request $request): string
    {
        $tabs = '';
        foreach (self::PAGES as $name => [, $title]) {
            if ($title !== null) {
                $tabs .= sprintf(
                    '<li%s><a href="%s">%s</a></li>',
                    $name === $current ? ' class="active"' : '',
                    Html::text($request->link($name)),
                    Html::text(Lang::text($title)) . ($name === 'attention' ? AttentionCount::html() : '')
                );
            }
        }

        return Asset::adminStyle() . "<ul class=\"nav nav-tabs proxmoxkvm-tabs\">$tabs</ul>";
    }
}
