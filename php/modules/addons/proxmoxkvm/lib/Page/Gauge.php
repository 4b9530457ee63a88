<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

/** How much of something is used, for eyes and for screen readers. */
final class Gauge
{
    /**
     * @param int $total of it, and what of that is free
     * @param string $label what the bar shows, in words
     */
    public static function html(int $total, int $free, string $label): string
    {
        $total = max(1, $total);

        return sprintf(
            '<progress class="proxmoxkvm-bar" max="%d" value="%d" aria-label="%s"></progress>',
            $total,
            $total - min($total, max(0, $free)),
            Html::text($label)
        );
    }
}
