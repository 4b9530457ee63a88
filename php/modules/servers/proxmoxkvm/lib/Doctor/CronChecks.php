<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/** When the cron of each machine last ended. */
final class CronChecks
{
    /** @return list<Finding> for each machine one; that none runs is worse than that one does not */
    public static function findings(): array
    {
        $runs = CronRuns::all();
        if ($runs === []) {
            return [Finding::warning('cron', Lang::text('addon_cron_never'))];
        }
        $late = CronRuns::isLate(reset($runs)) ? Finding::bad(...) : Finding::warning(...);
        $findings = [];
        foreach ($runs as $machine => $time) {
            $values = ['time' => Text::time($time)];
            $findings[] = CronRuns::isLate($time)
                ? $late("cron, $machine", Lang::text('addon_cron_late', $values))
                : Finding::good("cron, $machine", Lang::text('addon_cron_last', $values));
        }

        return $findings;
    }
}
