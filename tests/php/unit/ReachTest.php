<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\AddonTestCase;
use Tests\Support\Shown;
use WHMCS\Module\Server\Proxmoxkvm\Service\Reachability;

/** Why a VM is not reached: for staff, and in words. */
final class ReachTest extends AddonTestCase
{
    private const OFF = ['health' => 'bad', 'says' => 'power_off', 'values' => []];

    public function testStaffReadTheSentenceAndWhyWhatWasNotRead(): void
    {
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $this->replyTo('show', Shown::admin(['id' => $service, 'vmid' => 104, 'status' => 'ready']));
        $unread = ['health' => 'unknown', 'says' => 'bridge_unread', 'values' => [], 'why' => 'no <answer>'];
        $findings = [self::OFF, $unread];
        $this->replyTo('reachability', ['sentence' => self::OFF, 'findings' => $findings, 'screen' => false]);

        $page = $this->page('service', ['id' => $service]);
        self::assertStringContainsString('Why can’t I reach my server?', $page);
        self::assertSame([], $this->requests('reachability'), 'nobody looks unless asked');

        $asked = ['id' => $service, 'reach' => 1, 'port' => '25', 'from' => '198.51.100.7'];
        $page = $this->page('service', $asked);
        [$request] = $this->requests('reachability');
        self::assertSame(['admin', '25', '198.51.100.7'], [$request['actor'], $request['port'], $request['from']]);
        self::assertStringContainsString('alert-danger">Your virtual machine is switched off: start it.', $page);
        self::assertStringContainsString('<small>no &lt;answer&gt;</small>', $page);
        self::assertStringContainsString('value="198.51.100.7"', $page, 'the form keeps what was asked');
    }

    /** A newer library may know of more. */
    public function testWhatHasNoTextKeepsItsName(): void
    {
        $found = Reachability::of(['sentence' => ['health' => 'odd', 'says' => 'moon_full']]);
        self::assertSame(['moon_full', 'odd', []], [$found['sentence'], $found['health'], $found['rows']]);
        self::assertSame('', Reachability::of([])['sentence']);
    }
}
