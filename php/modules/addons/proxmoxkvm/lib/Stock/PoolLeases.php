<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServiceRows;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** Who has which address. */
final class PoolLeases
{
    private const TITLES = ['addon_address', 'addon_service', 'addon_client', 'addon_since', 'addon_line'];

    /** @param list<array<string, mixed>> $leases */
    public static function html(Request $request, array $leases, ?int $line): string
    {
        $title = $line === null ? Html::lang('addon_leases') : Html::lang('addon_leases_line', ['line' => $line]);
        $whmcs = ServiceRows::of(array_map(intval(...), array_column($leases, 'service')), $request);
        $rows = [];
        foreach ($leases as $lease) {
            $service = (int) $lease['service'];
            $rows[] = [
                Html::text($lease['address']),
                $whmcs->service($service),
                $whmcs->client($service),
                Html::text(Text::time($lease['since'])),
                $lease['line'] === 0 ? '-' : Html::text($lease['line']),
            ];
        }

        return "<h2 class=\"h3\">$title</h2>"
            . ($rows === [] ? '<p>' . Html::lang('none') . '</p>' : Html::table(self::TITLES, $rows));
    }
}
