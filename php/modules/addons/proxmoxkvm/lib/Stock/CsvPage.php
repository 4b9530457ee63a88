<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Download;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Service\LeaseLines;
use WHMCS\Module\Server\Proxmoxkvm\Service\Orphans;
use WHMCS\Module\Server\Proxmoxkvm\Support\Csv;

/** Tables to take away: addresses that are leased against those that are sold, and services that WHMCS has no more. */
final class CsvPage implements Download
{
    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        return Html::note('info', Html::lang('addon_nothing'));
    }

    public function act(): Outcome
    {
        return Outcome::noSuchButton('csv');
    }

    public function name(): string
    {
        return match ($this->request->asked('what')) {
            'leases' => 'leases.csv',
            'orphans' => 'orphans.csv',
            default => '',
        };
    }

    /** @return iterable<string> */
    public function lines(): iterable
    {
        if ($this->name() === 'leases.csv') {
            yield from LeaseLines::all();

            return;
        }
        yield Csv::line(['service', 'server', 'message']);
        foreach (Orphans::all() as $orphan) {
            yield Csv::line([$orphan['service'], $orphan['server'], $orphan['message']]);
        }
    }
}
