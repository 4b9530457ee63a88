<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\ClientBrowserTestCase;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/**
 * The client's page without a mouse, and for those who hear it: the order of the keys, the focus, what is said.
 *
 * @group once
 */
final class ClientKeyboardTest extends ClientBrowserTestCase
{
    /** Answers wait until the test lets them go: what is seen meanwhile is seen for sure. */
    private const HOLD = 'window.held = []; window.realFetch = window.fetch; window.fetch = function (url, how) {'
        . ' if (String(how.body).indexOf("a=ClientAction") < 0) { return window.realFetch(url, how); }'
        . ' return new Promise(function (go) {'
        . ' window.held.push(function () { go(window.realFetch(url, how)); }); }); }; 0';

    public function testThePressedButtonKeepsTheFocusAndShowsThatItWorks(): void
    {
        $this->state('running');
        $this->open('nexus');
        $this->browser->evaluate(self::HOLD);
        $this->browser->evaluate('document.querySelector("[data-vm-can=reboot] button").focus()');
        $this->browser->key(' ');
        $this->browser->wait('window.held.length === 1');
        $now = 'document.activeElement.innerText + " " + document.activeElement.getAttribute("aria-busy")';
        self::assertSame('Reboot true', $this->browser->evaluate($now));
        self::assertSame('Restarting', $this->browser->evaluate('document.querySelector(".vm-said").innerText'));
        self::assertSame('status', $this->browser->evaluate('document.querySelector(".vm-said").getAttribute("role")'));
        $this->browser->wait('/^[1-9]\\d* s$/.test(document.querySelector(".vm-elapsed").innerText)');
        // Pressed once more, and another one: nothing is sent beside it.
        $this->browser->key(' ');
        $this->browser->evaluate('document.querySelector("[data-vm-can=start]").requestSubmit()');
        self::assertSame(1, $this->browser->evaluate('window.held.length'));

        $this->state('off');
        $this->browser->evaluate('window.held[0]()');
        $this->browser->wait('document.querySelector(".vm-result.alert-success") !== null');
        $said = 'document.querySelector(".vm-said").innerText';
        self::assertStringStartsWith('The reboot was asked for', $this->browser->evaluate($said));
        $this->browser->wait('document.querySelector("[data-vm=label]").innerText === "Off"');
        $focused = 'document.activeElement.innerText + " " + document.activeElement.getAttribute("aria-disabled")';
        self::assertSame('Reboot true', $this->browser->evaluate($focused), 'it is there until the focus has gone on');
        self::assertFalse($this->browser->evaluate('document.querySelector("[data-vm-can=start]").hidden'));
        $this->browser->key('Tab');
        $this->browser->wait('document.querySelector("[data-vm-can=reboot]").hidden');
        self::assertCount(1, $this->requests('reboot'));
        self::assertSame([], $this->requests('start'));
    }

    public function testTheKeysGoTheWayOfThePage(): void
    {
        $this->state('running');
        $this->open('twenty-one');
        $this->browser->wait('document.querySelector("[data-vm-can=start]").hidden');
        $this->browser->evaluate('(function () { var box = document.getElementById("proxmoxkvm");'
            . ' box.tabIndex = -1; box.focus(); }())');
        $way = [];
        for ($step = 0; $step < 9; $step++) {
            $this->browser->key('Tab');
            $way[] = $this->browser->evaluate('document.activeElement.getAttribute("aria-label")'
                . ' || document.activeElement.innerText');
        }
        self::assertSame([
            'Reboot', 'More actions', 'Overview', 'Graphs', 'Network', 'Can’t reach it?', 'Rebuild', 'History',
            'Copy: SSH',
        ], $way);
        $style = 'getComputedStyle(document.activeElement)';
        $outline = "$style.outlineStyle + $style.boxShadow";
        self::assertNotSame('nonenone', $this->browser->evaluate($outline), 'where the focus is, is seen');
    }

    public function testTheMenuOpensAndClosesByItself(): void
    {
        $this->state('running');
        $this->open('six');
        $this->browser->evaluate('document.querySelector(".vm-actions summary").focus()');
        $this->browser->key('Enter');
        self::assertTrue($this->browser->evaluate('document.querySelector(".vm-actions details").open'));
        $this->browser->key('Tab');
        self::assertSame('sure', $this->browser->evaluate('document.activeElement.name'));
        $this->browser->key('Escape');
        self::assertFalse($this->browser->evaluate('document.querySelector(".vm-actions details").open'));
        self::assertSame('SUMMARY', $this->browser->evaluate('document.activeElement.tagName'));
        $this->browser->key('Enter');
        $this->browser->evaluate('document.querySelector(".vm-head h2").click()');
        self::assertFalse($this->browser->evaluate('document.querySelector(".vm-actions details").open'));
    }

    public function testWhatIsCopiedIsTheLine(): void
    {
        $this->state('running');
        $this->open('nexus');
        $this->browser->evaluate('navigator.clipboard.writeText = function (text) { window.copied = text;'
            . ' return Promise.resolve(); }; 0');
        $this->browser->click('.vm-copy');
        $this->browser->wait('document.querySelector(".vm-said").innerText !== ""');
        self::assertSame('ssh root@192.0.2.10', $this->browser->evaluate('window.copied'));
        $said = $this->browser->evaluate('document.querySelector(".vm-said").innerText');
        self::assertSame('Copied: ssh root@192.0.2.10', $said);
    }

    /** Nothing of it is left on the page that is opened again, and WHMCS has it. */
    public function testANewPasswordIsShownOnceWithTheRestartThatItNeeds(): void
    {
        $this->state('running');
        $this->replyTo('change_password', ['by' => 'cloudinit', 'restart_needed' => true]);
        $this->open('nexus');
        $restart = 'document.querySelector(".vm-restart").hidden';
        $shown = 'document.querySelector(".vm-secret code").innerText';
        self::assertTrue($this->browser->evaluate($restart));
        $this->browser->evaluate('window.confirm = function () { return true; }; 0');
        $this->browser->evaluate('document.querySelectorAll(".vm-password [type=submit]")[1].focus()');
        $this->browser->key('Enter');
        $this->browser->wait("$shown !== ''");
        $password = Services::password($this->service);
        self::assertSame($password, $this->browser->evaluate($shown));
        self::assertSame($password, $this->requests('change_password')[0]['service']['password']);
        self::assertFalse($this->browser->evaluate($restart));
        $this->browser->evaluate('document.querySelector(".vm-restart form").requestSubmit()');
        $this->browser->wait('document.querySelector(".vm-said").innerText.indexOf("The reboot was asked for") === 0');
        self::assertCount(1, $this->requests('reboot'));
        $this->open('nexus');
        self::assertFalse($this->browser->evaluate("document.documentElement.outerHTML.includes('$password')"));
        self::assertTrue($this->browser->evaluate($restart));
    }

    /** What came of a button is where the finger is: on a phone a long page is scrolled far. */
    public function testTheAnswerIsSeenWhereverThePageIsScrolledTo(): void
    {
        $this->browser->resize(400, 800, true);
        $this->state('running');
        $this->open('nexus');
        $this->browser->evaluate('(function () { var far = document.querySelector(".vm-billing");'
            . ' far.style.marginTop = "3000px"; far.scrollIntoView(); }())');
        $this->browser->evaluate('document.querySelector("[data-vm-can=start]").hidden = false');
        $this->browser->evaluate('document.querySelector(".vm-password [type=submit]").form.requestSubmit()');
        $this->browser->wait('document.querySelector(".vm-secret code").innerText !== ""');
        $this->browser->evaluate('document.querySelectorAll(".vm-copy")[1].click()');
        $this->browser->wait('document.querySelector(".vm-result.alert") !== null');
        $this->browser->evaluate('document.querySelector(".vm-billing").scrollIntoView()');
        $place = 'document.querySelector(".vm-result").getBoundingClientRect()';
        self::assertTrue($this->browser->evaluate("$place.top >= 0 && $place.bottom <= window.innerHeight"));
        $this->browser->resize(1400);
    }
}
