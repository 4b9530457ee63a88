<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm;

use WHMCS\Module\Server\Proxmoxkvm\CronLock;
use WHMCS\Module\Server\Proxmoxkvm\StorePath;
use WHMCS\Module\Server\Proxmoxkvm\Text;
use WHMCS\Module\Server\Proxmoxkvm\WhmcsChecks;

/** When the cron last ran, and a warning when that is too long ago. */
final class CronLine
{
    public static function html(): string
    {
        $last = CronLock::lastRun(StorePath::current());
        if ($last === null) {
            return Html::note('warning', Html::lang('addon_cron_never'));
        }
        $time = ['time' => Text::time($last)];

        return time() - $last > WhmcsChecks::LATE_SECONDS
            ? Html::note('warning', Html::lang('addon_cron_late', $time))
            : '<p class="text-muted">' . Html::lang('addon_cron_last', $time) . '</p>';
    }
}
