<?php

declare(strict_types=1);

namespace Tests\Stack;

use Tests\Support\BrowserTestCase;
use WHMCS\Database\Capsule;

/** An order with an SSH key, from the shop to the machine, by keyboard alone: one that is pasted, and one that is saved. */
final class OrderKeyTest extends BrowserTestCase
{
    private const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAaAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

    public function testAKeyIsPastedAtTheFirstOrderAndTickedAtTheNext(): void
    {
        $product = (int) Capsule::table('tblhosting')->where('id', $this->order())->value('packageid');
        Capsule::table('tblcustomfields')
            ->insert(['type' => 'product', 'relid' => $product, 'fieldname' => 'SSH key|Your public key']);

        $this->visit("/cart.php?a=add&pid=$product");
        self::assertSame(0, $this->keys(), 'nothing is saved yet');
        $this->focus('textarea');
        $this->browser->key('x');
        $this->tabTo('BUTTON');
        $this->browser->key('Enter');
        $this->browser->wait('document.querySelector("#result").innerText.includes("no public SSH key")');
        // Whoever pastes puts all of it there at once.
        $this->focus('textarea');
        $this->browser->evaluate('document.activeElement.value = ' . json_encode(self::KEY . ' me@example.org'));
        self::assertSame([self::KEY . ' me@example.org'], $this->ordered());

        $this->visit("/cart.php?a=add&pid=$product");
        self::assertSame(1, $this->keys());
        $this->picture('order-saved-key');
        $this->focus('textarea');
        $this->tabTo('INPUT');
        $this->browser->key(' ');
        self::assertStringStartsWith(self::KEY, $this->browser->evaluate('document.querySelector("textarea").value'));
        self::assertSame([self::KEY . ' me@example.org'], $this->ordered());
    }

    private function keys(): int
    {
        $offered = 'document.querySelectorAll("[data-proxmoxkvm-keys]:not([hidden]) input")';

        return $this->browser->evaluate("$offered.length");
    }

    private function focus(string $selector): void
    {
        $this->browser->evaluate("document.querySelector('$selector').focus()");
    }

    private function tabTo(string $tag): void
    {
        for ($tabs = 0; $this->browser->evaluate('document.activeElement.tagName') !== $tag; $tabs++) {
            self::assertLessThan(10, $tabs, "the keyboard does not come to $tag");
            $this->browser->key('Tab');
        }
    }

    /** Sends the form, and waits for the machine. @return list<string> the keys that cloud-init gives it */
    private function ordered(): array
    {
        $before = (int) Capsule::table('tblhosting')->max('id');
        $this->tabTo('BUTTON');
        $this->browser->key('Enter');
        $this->browser->wait('location.pathname === "/clientarea.php"');
        $service = (int) Capsule::table('tblhosting')->max('id');
        self::assertGreaterThan($before, $service);
        $this->stack->cron();
        $keys = rawurldecode((string) ($this->machine($service)['sshkeys'] ?? ''));

        return array_filter(explode("\n", $keys));
    }
}
