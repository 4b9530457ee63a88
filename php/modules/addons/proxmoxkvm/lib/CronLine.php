<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm;

use WHMCS\Module\Server\Proxmoxkvm\CronRuns;
use WHMCS\Module\Server\Proxmoxkvm\Text;

/** When the cron last ran, and a warning when that is too long ago. */
final class CronLine
{
    public static function html(): string
    {
        $last = CronRuns::last();
        if ($last === null) {
            return Html::note('warning', Html::lang('addon_cron_never'));
        }
        $time = ['time' => Text::time($last)];

        return CronRuns::isLate($last)
            ? Html::note('warning', Html::lang('addon_cron_late', $time))
            : '<p class="text-muted">' . Html::lang('addon_cron_last', $time) . '</p>';
    }
}
