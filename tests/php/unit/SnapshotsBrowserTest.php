<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\ClientBrowserTestCase;
use Tests\Support\Shown;

/**
 * Snapshots in a browser, wide and narrow: by keyboard, by finger, and without the script.
 *
 * @group once
 */
final class SnapshotsBrowserTest extends ClientBrowserTestCase
{
    private const LABEL = '[data-vm-can=snapshot_take] [name=label]';
    private const SECOND = '[data-vm-list="tab.rows"] > li:nth-of-type(2)';
    private const SAID = 'document.querySelector(".vm-said").innerText';

    protected function tearDown(): void
    {
        $this->browser->resize(1400);
        parent::tearDown();
    }

    public function testOneIsTakenFollowedAndRolledBackToByKeyboardAlone(): void
    {
        $this->browser->resize(1400);
        $this->snapshots();
        self::assertSame('2 of 3', $this->read('[data-vm="tab.count"]'));
        $this->focus(self::LABEL);
        foreach (str_split('before') as $letter) {
            $this->browser->key($letter);
        }
        $this->browser->key('Enter');
        $this->answered('success');
        [$taken] = $this->requests('snapshot_take');
        self::assertSame(['before', 'client'], [$taken['label'], $taken['actor']]);

        // What runs, since when and how far, on a page that was opened after it began.
        $this->state('running');
        $running = ['action' => 'snapshot_take', 'state' => 'running', 'at' => 1_795_350_000];
        $service = ['id' => $this->service, 'status' => 'snapshot', 'name' => '1-3', 'task' => ['percent' => 41.7]];
        $this->replyTo('show', ['activity' => [$running]] + Shown::client($service, 'changing')
            + ['permissions' => ['snapshots' => true]]);
        $this->open('nexus', 'snapshots');
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Taking a snapshot 42%"');
        $this->state('snapshots');
        $this->browser->evaluate('document.dispatchEvent(new Event("visibilitychange"))');
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Running"');

        // What is lost is read before, and nothing is done without the name.
        $this->focus(self::SECOND . ' summary');
        $this->browser->key('Enter');
        self::assertStringContainsString('before the upgrade', $this->read(self::SECOND . ' [data-vm=lost]'));
        $this->browser->key('Tab');
        self::assertSame('typed', $this->browser->evaluate('document.activeElement.name'));
        $this->browser->key('Enter');
        self::assertSame([], $this->requests('snapshot_rollback'), 'nothing was typed');
        foreach (str_split('vm') as $letter) {
            $this->browser->key($letter);
        }
        $this->forget();
        $this->browser->key('Enter');
        $this->answered('success');
        [$back] = $this->requests('snapshot_rollback');
        self::assertSame(['pstpak9c-16', 'pktpars0-17', 'vm'], [$back['snapshot'], $back['loses'], $back['typed']]);
    }

    public function testOnAPhoneALimitAndARefusalAreSaidWhereTheFingerIs(): void
    {
        $this->browser->resize(400, 800, true);
        $this->snapshots(['full' => true, 'have' => 3]);
        self::assertStringContainsString('delete one first', $this->read('[data-vm="tab.is_full"]'));
        self::assertSame([], $this->browser->wider(400));
        $again = ['code' => 'too_often', 'again_in_s' => 125];
        foreach ([['code' => 'snapshot_quota'], ['code' => 'snapshot_space'], $again] as $refusal) {
            $this->replyTo('snapshot_take', $refusal + ['ok' => false, 'message' => 'for staff', 'retry' => false]);
            $this->forget();
            $this->browser->tap('[data-vm-can=snapshot_take] [type=submit]');
            $this->answered('danger');
            $said[] = $this->browser->evaluate(self::SAID);
            $place = 'document.querySelector(".vm-result").getBoundingClientRect()';
            self::assertTrue($this->browser->evaluate("$place.top >= 0 && $place.bottom <= window.innerHeight"));
        }
        self::assertStringContainsString('delete one first', $said[0]);
        self::assertStringContainsString('not enough space', $said[1]);
        self::assertStringContainsString('in 3 minutes', $said[2]);
        $this->browser->tap(self::SECOND . ' summary');
        $this->browser->tap(self::SECOND . ' [name=sure]');
        $this->forget();
        $this->browser->tap(self::SECOND . ' [data-vm-can=snapshot_delete] [type=submit]');
        $this->answered('success');
        self::assertSame(['pstpak9c-16'], array_column($this->requests('snapshot_delete'), 'snapshot'));
    }

    public function testWithoutTheScriptItIsTakenAndDeletedByForms(): void
    {
        $this->snapshots();
        $this->withoutScript();
        $this->browser->type(self::LABEL, 'by form');
        $this->browser->follow('[data-vm-can=snapshot_take] [type=submit]');
        self::assertSame(['by form'], array_column($this->requests('snapshot_take'), 'label'));
        self::assertNotSame('', $this->browser->evaluate(self::SAID));
        $this->open('nexus', 'snapshots');
        $this->withoutScript();
        $this->browser->click(self::SECOND . ' summary');
        $this->browser->click(self::SECOND . ' [name=sure]');
        $this->browser->follow(self::SECOND . ' [data-vm-can=snapshot_delete] [type=submit]');
        self::assertSame(['pstpak9c-16'], array_column($this->requests('snapshot_delete'), 'snapshot'));
    }

    /** @param array<string, mixed> $more */
    private function snapshots(array $more = []): void
    {
        $this->state('snapshots');
        $this->replyTo('snapshots', $more + Shown::snapshots());
        $this->open('nexus', 'snapshots');
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Running"');
    }

    private function read(string $selector): string
    {
        return (string) $this->browser->evaluate("document.querySelector('$selector').innerText");
    }

    private function focus(string $selector): void
    {
        $this->browser->evaluate("document.querySelector('$selector').focus()");
    }

    private function forget(): void
    {
        $this->browser->evaluate('document.querySelector(".vm-said").textContent = ""');
    }

    private function answered(string $kind): void
    {
        $this->browser->wait("document.querySelector('.vm-result.alert-$kind') !== null && " . self::SAID . ' !== ""'
            . ' && document.querySelector("#proxmoxkvm [aria-busy]") === null');
    }

    private function withoutScript(): void
    {
        $this->browser->evaluate('document.getElementById("proxmoxkvm")'
            . '.replaceWith(document.getElementById("proxmoxkvm").cloneNode(true))');
    }
}
