<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Isos;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** The ISOs that a service's customer may insert, from Proxmox VE: only when they are asked for. */
final class IsoPanel
{
    /** @param string $link to the page of the service */
    public static function html(Request $request, string $link, int $service): string
    {
        $panel = new AskedPanel('isos', 'client_isos', 'addon_isos_show');

        return $panel->html($request, $link, $service, static fn (Params $params): string => self::body(
            Isos::of(Native::call('isos', ['service' => $service] + $params->order('admin'))),
            $link
        ));
    }

    /** @param array<string, mixed> $page */
    private static function body(array $page, string $link): string
    {
        $told = array_filter([
            $page['inserted'] === '' ? '' : Lang::text('client_isos_inserted') . ' ' . $page['inserted'],
            $page['is_pending'] ? Lang::text('client_isos_pending') : '',
            $page['is_once'] ? Lang::text('client_isos_once') : '',
            $page['is_uefi'] ? Lang::text('client_rescue_uefi') : '',
            $page['is_empty'] ? Lang::text('client_isos_none') : '',
        ]);
        $rows = array_map(static fn (array $one): array => [
            '<code>' . Html::text($one['file']) . '</code>',
            Html::text($one['size']),
            Html::forms(
                ActionForm::html($link, 'iso_insert', ['iso' => $one['volume']]),
                ActionForm::html($link, 'iso_boot', ['iso' => $one['volume']])
            ),
        ], $page['rows']);

        return implode('', array_map(static fn (string $one): string => '<p>' . Html::text($one) . '</p>', $told))
            . ($rows === [] ? '' : Html::table(['client_isos', 'addon_iso_size', ''], $rows));
    }
}
