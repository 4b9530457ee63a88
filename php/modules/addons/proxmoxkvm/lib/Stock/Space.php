<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Page\Gauge;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Bytes in all, and what of them is free. */
final class Space
{
    private const GIB = 1073741824;

    public static function html(mixed $total, mixed $free): string
    {
        if (!is_numeric($total) || !is_numeric($free)) {
            return '-';
        }
        $gib = static fn (float $bytes): string => (string) round($bytes / self::GIB, 1);
        $text = Lang::text('cluster_used', ['free' => $gib((float) $free), 'total' => $gib((float) $total)]);

        return '<div>' . Gauge::html((int) $total, (int) $free, $text) . '<br>'
            . Html::text($text) . '</div>';
    }
}
