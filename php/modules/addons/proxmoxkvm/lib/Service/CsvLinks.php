<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;

/** The tables that can be taken away. */
final class CsvLinks
{
    private const TABLES = ['leases' => 'csv_leases', 'orphans' => 'csv_orphans'];

    public static function html(Request $request): string
    {
        $links = [];
        foreach (self::TABLES as $what => $text) {
            $links[] = Html::link($request->link('csv', ['what' => $what]), Html::lang($text));
        }

        return '<p>' . implode(' &nbsp; ', $links) . '</p>';
    }
}
