<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\AddonTestCase;
use Tests\Support\Shown;

/** What Create, Reinstall or Terminate would do: asked for by its link, on the addon's page of a service. */
final class PlanPanelTest extends AddonTestCase
{
    private int $service;

    protected function setUp(): void
    {
        parent::setUp();
        $this->service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server());
        $this->replyTo('show', Shown::admin(['id' => $this->service, 'status' => 'ready']));
    }

    public function testStaffReadTheCallsOfEachButton(): void
    {
        $plan = ['calls' => ['delete backup <x>', 'delete the VM'], 'vmid' => 100, 'node' => 'pve1',
            'addresses' => ['192.0.2.10', '2001:db8::10'], 'frees' => null, 'refusal' => null];
        $this->replyTo('dry_run', ['addresses' => [], 'frees' => $plan['addresses']] + $plan);
        $end = $this->asked('terminate');
        self::assertStringContainsString('<li>delete backup &lt;x&gt;</li><li>delete the VM</li>', $end);
        self::assertStringContainsString('these addresses are free again: 192.0.2.10, 2001:db8::10', $end);
        $this->replyTo('dry_run', $plan);
        $new = $this->asked('create');
        self::assertStringContainsString('VM 100 on node pve1, addresses 192.0.2.10, 2001:db8::10.', $new);
        [$request] = $this->requests('dry_run');
        self::assertSame(['terminate', $this->service, 'admin', ''], [
            $request['of'], $request['service']['id'], $request['actor'], $request['ssh_key'],
        ]);
        $this->replyTo('dry_run', ['calls' => []] + $plan);
        self::assertStringContainsString('Nothing: all of it is done already.', $this->asked('create'));
        $refusal = ['code' => 'running', 'message' => 'VM <100> runs'];
        $this->replyTo('dry_run', ['calls' => null, 'refusal' => $refusal] + $plan);
        self::assertStringContainsString('would be refused: VM &lt;100&gt; runs', $this->asked('reinstall'));
        $silent = ['ok' => false, 'code' => 'pve_unreachable', 'message' => 'no answer', 'retry' => true];
        $this->replyTo('dry_run', $silent);
        self::assertStringContainsString('no answer', $this->asked('create'));
    }

    public function testNobodyLooksUnlessAsked(): void
    {
        self::assertStringContainsString('What would be done', $this->asked(''));
        self::assertStringContainsString('What would be done', $this->asked('explode'));
        self::assertSame([], $this->requests('dry_run'));
    }

    private function asked(string $plan): string
    {
        return $this->page('service', ['id' => $this->service, 'plan' => $plan]);
    }
}
