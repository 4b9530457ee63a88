<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

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
            : '<p class="proxmoxkvm-muted">' . Html::lang('addon_cron_last', $time) . '</p>';
    }
}
