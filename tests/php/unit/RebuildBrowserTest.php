<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\ClientBrowserTestCase;

/**
 * The gallery of operating systems in a browser: by keyboard, with the name that is typed, and not at all without it.
 *
 * @group once
 */
final class RebuildBrowserTest extends ClientBrowserTestCase
{
    public function testASystemIsChosenWithTheKeyboardAndSentWithTheNameThatWasTyped(): void
    {
        $this->state('rebuild');
        $this->open('nexus', 'rebuild');
        $this->browser->wait('document.querySelector("[data-vm=\'tab.lost\']").innerText.includes("snapshots: 3")');
        $checked = 'document.querySelector("[name=template]:checked").value';
        self::assertSame('9001', $this->browser->evaluate($checked), 'what is there is marked');
        self::assertStringContainsString('now installed', $this->browser->evaluate(
            'document.querySelector(".vm-system[data-is=now]").innerText'
        ));
        $dearer = 'document.querySelector("[name=template][value=\'9004\']")';
        self::assertTrue($this->browser->evaluate("$dearer.disabled"));
        self::assertStringContainsString('type=configoptions', $this->browser->evaluate(
            "$dearer.closest('.vm-system').querySelector('a').href"
        ));
        $this->browser->evaluate('document.querySelector("[name=template]:checked").focus()');
        $this->browser->key('ArrowDown');
        self::assertSame('9002', $this->browser->evaluate($checked));
        $application = 'document.querySelector("[name=application]:checked")';
        self::assertSame('none', $this->browser->evaluate("$application.value"), 'it has none');
        $this->browser->evaluate("$application.focus()");
        $this->browser->key('ArrowDown');
        self::assertSame('Docker & co', $this->browser->evaluate("$application.closest('label').innerText.trim()"));

        $press = 'document.querySelector(".vm-rebuild [type=submit]").click()';
        $this->browser->evaluate($press);
        self::assertSame([], $this->requests('reinstall'), 'nothing was typed');
        $this->browser->evaluate('document.querySelector(".vm-rebuild").elements.typed.value = "1-3"');
        $this->browser->evaluate($press);
        $this->browser->wait('document.querySelector(".vm-result.alert-success") !== null');
        [$request] = $this->requests('reinstall');
        self::assertSame(['9002', '1-3', 'client'], [$request['template'], $request['typed'], $request['actor']]);
        self::assertSame('docker', $request['application']);
    }

    /** What is wrong is said where it was typed, and can be corrected; it is sent as it was typed. */
    public function testUserDataIsGivenAtARebuild(): void
    {
        $given = 'document.querySelector(".vm-rebuild [name=user_data]").value';
        $wrong = ['ok' => false, 'code' => 'user_data_yaml', 'message' => 'for staff', 'retry' => false];
        $done = ['success' => [], 'danger' => $wrong];
        foreach ([1400 => 'danger', 400 => 'success'] as $width => $kind) {
            $this->browser->resize($width, 800, $width === 400);
            $this->state('rebuild');
            $this->replyTo('reinstall', $done[$kind]);
            $this->open('nexus', 'rebuild');
            $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Running"');
            self::assertSame([], $this->browser->wider($width));
            $this->browser->type('.vm-rebuild [name=user_data]', "#cloud-config\npackages: [nginx]");
            $this->browser->type('.vm-rebuild [name=typed]', '1-3');
            $button = '.vm-rebuild [type=submit]';
            $width === 400 ? $this->browser->tap($button) : $this->browser->click($button);
            $this->browser->wait("document.querySelector('.vm-result.alert-$kind') !== null");
            $said = (string) $this->browser->evaluate('document.querySelector(".vm-said").innerText');
            self::assertSame($kind === 'danger', str_contains($said, 'no YAML'), $said);
            self::assertSame("#cloud-config\npackages: [nginx]", $this->browser->evaluate($given), 'it stays');
        }
        $this->browser->resize(1000);
        $sent = array_column($this->requests('reinstall'), 'user_data');
        self::assertSame(array_fill(0, 2, "#cloud-config\npackages: [nginx]"), $sent);
    }

    /** A schedule: all days that are ticked, the window, and none at all where none is ticked. */
    public function testAScheduleIsSentWholeAlsoFromAPhone(): void
    {
        $this->browser->resize(400, 800, true);
        $this->state('snapshots');
        $this->open('nexus', 'snapshots');
        $frame = 'document.querySelector(".vm-tabs").getBoundingClientRect()';
        $open = 'document.querySelector(".vm-tabs [aria-current]").getBoundingClientRect()';
        self::assertTrue($this->browser->evaluate("$open.left >= $frame.left && $open.right <= $frame.right + 1"));
        $day = static fn (string $word): string => ".vm-days [value=$word]";
        self::assertGreaterThanOrEqual(44, $this->browser->evaluate(
            "document.querySelector('{$day('sat')}').closest('label').getBoundingClientRect().height"
        ));
        foreach (['tue', 'sat'] as $word) {
            $this->browser->click($day($word));
        }
        $this->browser->evaluate('document.querySelector("[name=hour]").value = "20"');
        $save = 'form[data-vm-can=snapshot_schedule] [type=submit]';
        $this->browser->click($save);
        $this->browser->wait('document.querySelector(".vm-result.alert-success") !== null');
        foreach (['tue', 'sat'] as $word) {
            $this->browser->click($day($word));
        }
        $this->browser->evaluate('document.querySelector(".vm-said").textContent = ""');
        $this->browser->click($save);
        $this->browser->wait('document.querySelector(".vm-said").innerText !== ""'
            . ' && document.querySelector("#proxmoxkvm [aria-busy]") === null');
        [$some, $none] = $this->requests('snapshot_schedule');
        self::assertSame(['tue,sat', '20', 'client'], [$some['days'], $some['hour'], $some['actor']]);
        self::assertSame('', $none['days'] ?? '', 'nothing is scheduled');
        $this->browser->resize(1000);
    }

    public function testARuleIsDraggedToAnotherPlaceAndNowhereIsNoPlace(): void
    {
        $this->browser->resize(1400, 1600);
        $this->state('firewall');
        $this->open('nexus', 'firewall');
        $this->browser->wait('document.querySelector(".vm-drags > li") !== null');
        $row = static fn (int $at): string => ".vm-rules > li:nth-of-type($at)";
        $this->browser->drag($row(2) . ' .vm-grip', $row(2) . ' .vm-number');
        $this->browser->drag($row(3) . ' .vm-grip', $row(1) . ' .vm-number');
        $this->browser->wait('document.querySelector(".vm-result.alert-success") !== null');
        [$moved] = $this->requests('firewall_change');
        self::assertCount(1, $this->requests('firewall_change'));
        self::assertSame(['3', '1'], [$moved['rule'], $moved['to']]);
        $this->browser->resize(1000);
    }

    public function testEachSystemHasItsPicture(): void
    {
        $this->state('rebuild');
        $this->open('six', 'rebuild');
        $drawn = 'fetch(document.querySelector(".vm-system use").getAttribute("href")).then(function (answer) {'
            . ' return answer.text(); }).then(function (text) { var drawn = new DOMParser()'
            . '.parseFromString(text, "image/svg+xml"); return Array.from(document.querySelectorAll(".vm-system use"))'
            . '.filter(function (one) { var name = one.getAttribute("href").split("#")[1];'
            . ' return !drawn.getElementById(name); }).length; })';
        self::assertSame(0, $this->browser->evaluate($drawn));
    }
}
