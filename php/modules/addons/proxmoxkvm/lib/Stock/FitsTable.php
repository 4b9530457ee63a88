<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Product\Fits;

/** How many more of each product fit, and what limits it. Every server entry is asked, so only when somebody wants it. */
final class FitsTable
{
    private const TITLES = ['addon_product', 'fits_memory', 'fits_disk', 'fits_addresses', 'fits_all', 'fits_unknown'];

    /** @param array<int, string> $names of products */
    public static function html(array $names): string
    {
        $rows = [];
        foreach (Fits::ofAll() as $id => $fits) {
            $limits = array_map(
                static fn (string $limit): string => $fits->limits[$limit] === null
                    ? Html::lang('fits_unlimited')
                    : (string) $fits->limits[$limit],
                Fits::LIMITS
            );
            $all = array_pop($limits);
            $unknown = '<div>' . implode('<br>', array_map(Html::text(...), $fits->unknown)) . '</div>';
            $rows[] = [
                Html::text("#$id " . ($names[$id] ?? '')),
                ...$limits,
                $all === '0' ? '<span class="proxmoxkvm-tag label label-danger">0</span>' : "<strong>$all</strong>",
                $fits->unknown === [] ? '-' : $unknown,
            ];
        }

        return '<h2 class="h3">' . Html::lang('fits_title') . '</h2><p>' . Html::lang('fits_help') . '</p>'
            . Html::table(self::TITLES, $rows);
    }
}
