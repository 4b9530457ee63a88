<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\ClientBrowserTestCase;

/**
 * *Can't reach it?* in a browser: the form is a plain one, and WHMCS answers it with the page and what was found.
 *
 * @group once
 */
final class ReachBrowserTest extends ClientBrowserTestCase
{
    public function testOneButtonSaysOneSentenceAndTheList(): void
    {
        $this->state('reach');
        $off = ['health' => 'bad', 'says' => 'power_off', 'values' => []];
        $rule = ['from' => '198.51.100.7', 'port' => '8443', 'number' => '3', 'rule' => 'IN DROP <b>'];
        $this->replyTo('reachability', [
            'sentence' => $off,
            'findings' => [$off, ['health' => 'unknown', 'says' => 'firewall_unseen', 'values' => $rule]],
            'port' => 8443, 'from' => '198.51.100.7', 'address' => '192.0.2.10', 'screen' => true,
        ]);
        $this->open('nexus', 'reach');
        self::assertSame(0, $this->browser->evaluate('document.querySelectorAll(".vm-found div").length'));
        $this->browser->evaluate('document.querySelector(".vm-reach").elements.port.value = "8443"');
        $this->browser->click('.vm-reach [type=submit]');
        $this->browser->wait('document.querySelectorAll(".vm-found > div").length === 2');
        [$request] = $this->requests('reachability');
        self::assertSame(['client', '8443', ''], [$request['actor'], $request['port'], $request['from']]);
        $text = static fn (string $of): string => "document.querySelector('$of').innerText.trim()";
        self::assertSame(
            'Your virtual machine is switched off: start it.',
            $this->browser->evaluate($text('.vm-reach ~ [role=status]'))
        );
        $list = (string) $this->browser->evaluate($text('.vm-found'));
        self::assertStringContainsString('not known', $list);
        self::assertStringContainsString('because of rule 3', $list);
        self::assertStringContainsString('IN DROP <b>', $list);
        self::assertSame('8443', $this->browser->evaluate('document.querySelector(".vm-reach").elements.port.value'));
        self::assertStringContainsString('vm=overview', (string) $this->browser->evaluate(
            'document.querySelector(".vm-reach ~ p a").href'
        ));
    }
}
