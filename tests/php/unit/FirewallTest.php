<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMXPath;
use Tests\Support\TabTestCase;
use WHMCS\Module\Server\Proxmoxkvm\Service\Firewall;

/** The tab Firewall: what is told of each rule, a change that waits, and its forms without a script. */
final class FirewallTest extends TabTestCase
{
    private const RULE = [
        'enabled' => true, 'direction' => 'in', 'verdict' => 'ACCEPT', 'macro' => null, 'proto' => 'tcp',
        'ports' => '80,443', 'source' => '192.0.2.7,198.51.100.0/24', 'dest' => null, 'comment' => self::EVIL,
        'line' => null,
    ];

    private const PAGE = [
        'policy_in' => 'DROP', 'policy_out' => 'ACCEPT', 'provider_first' => true, 'most' => 50, 'version' => 4,
        'waits_until' => null, 'waits_s' => null, 'writing' => false, 'works' => true, 'why_not' => null,
        'your_address' => '198.51.100.7',
        'rules' => [
            self::RULE,
            ['enabled' => false, 'macro' => 'SSH', 'proto' => null, 'ports' => null, 'source' => null,
                'comment' => null, 'direction' => 'out', 'verdict' => 'REJECT'] + self::RULE,
        ],
        'provider' => [['line' => 'OUT DROP -p tcp -dport 25', 'direction' => 'out', 'verdict' => 'DROP',
            'ports' => '25', 'source' => null, 'comment' => null] + self::RULE],
        'others' => [['line' => 'GROUP <web>', 'direction' => null, 'verdict' => null, 'proto' => null, 'ports' => null,
            'source' => null, 'comment' => null] + self::RULE],
    ];

    public function testARuleIsToldInWords(): void
    {
        $told = Firewall::of(self::PAGE);
        [$first, $second] = $told['rules'];
        self::assertSame(['1', 'Incoming: Let through', ''], [$first['number'], $first['title'], $first['off']]);
        self::assertSame('TCP · ports 80, 443 · from 192.0.2.7, 198.51.100.0/24', $first['what']);
        self::assertSame(['off', 'Switch off'], [$first['switch'], $first['switch_label']]);
        self::assertSame(['Outgoing: Reject', 'SSH', 'off'], [$second['title'], $second['what'], $second['off']]);
        self::assertSame(['on', 'Switch on'], [$second['switch'], $second['switch_label']]);
        self::assertSame(['2 of 50', '', false], [$told['count'], $told['waiting'], $told['without_effect']]);
        [$group] = $told['others'];
        self::assertSame(['A group of rules', 'all traffic'], [$group['title'], $group['what']]);
        self::assertSame([1, 0], [count($told['first']), count($told['last'])]);
        $last = Firewall::of(['provider_first' => false] + self::PAGE);
        self::assertSame([0, 1], [count($last['first']), count($last['last'])]);
        $waits = Firewall::of(['waits_s' => 41.2, 'works' => false] + self::PAGE);
        self::assertStringContainsString('taken back in 42 seconds', $waits['waiting']);
        self::assertTrue($waits['without_effect']);
        self::assertTrue(Firewall::of([])['is_empty']);
    }

    public function testTheTabWorksWithoutTheScriptAndByKeyboard(): void
    {
        $page = $this->page(true);
        $rows = '//*[@data-vm-list="tab.rules"]/li';
        self::assertSame(2.0, $page->evaluate("count($rows)"));
        self::assertSame(0.0, $page->evaluate('count(//script[contains(., "alert")])'));
        foreach (['up', 'down', 'off', 'copy', 'delete'] as $change) {
            $form = "{$rows}[1]//form[input[@value='firewall_change']][input[@name='change'][@value='$change']]";
            self::assertSame('1', $page->evaluate("string($form/input[@name='rule']/@value)"), $change);
            self::assertSame(1.0, $page->evaluate("count($form/button[@type='submit'])"), 'a button of its own');
            self::assertSame(1.0, $page->evaluate("count($form/input[@name='version'])"), $change);
        }
        $nonces = [];
        foreach ($page->query("{$rows}//form/input[@name='proxmoxkvm_nonce']/@value") as $nonce) {
            $nonces[] = $nonce->nodeValue;
        }
        self::assertSame($nonces, array_unique($nonces), 'each press is one of its own');
        $edit = "{$rows}[1]//form[input[@name='do'][@value='firewall_rule']]";
        self::assertSame('80,443', $page->evaluate("string($edit//input[@name='ports']/@value)"));
        self::assertSame('tcp', $page->evaluate("string($edit//select[@name='proto']/option[@selected]/@value)"));
        $chosen = static fn (string $name): string
            => $page->evaluate("string({$rows}[2]//select[@name='$name']/option[@selected]/@value)");
        self::assertSame(['REJECT', 'SSH'], [$chosen('verdict'), $chosen('macro')]);
        $new = '//form[contains(@class, "vm-new")]';
        self::assertSame(0.0, $page->evaluate("count($new/input[@name='rule'])"), 'a new one has no number');
        $others = '//*[@data-vm-list="tab.others"]';
        self::assertSame('GROUP <web>', $page->evaluate("string({$others}/li//*[@data-vm='line'])"));
        self::assertSame(0.0, $page->evaluate("count({$others}//form)"), 'nobody changes them');
        self::assertSame(1.0, $page->evaluate('count(//*[@data-vm-if="tab.waiting"][@hidden])'));
        self::assertSame(1.0, $page->evaluate('count(//*[@data-vm-if="tab.last"][@hidden])'));
        [$request] = $this->requests('firewall');
        self::assertSame('client', $request['actor']);
        self::assertArrayHasKey('package', $request);

        $waits = $this->page(true, ['waits_s' => 60.0]);
        foreach (['firewall_confirm', 'firewall_back'] as $do) {
            $form = "//*[@data-vm-if='tab.waiting'][not(@hidden)]//form[input[@name='do'][@value='$do']]";
            self::assertSame(1.0, $waits->evaluate("count($form)"), $do);
        }
        self::assertSame(0.0, $this->page(false)->evaluate('count(//*[@data-vm-list="tab.rules"])'), 'not given');
    }

    /** @param array<string, mixed> $more */
    private function page(bool $given, array $more = []): DOMXPath
    {
        $actions = array_map(
            static fn (string $one): string => "firewall_$one",
            ['rule', 'change', 'policy', 'template', 'confirm', 'back']
        );

        return $this->tab('firewall', ['firewall' => $given], ['firewall' => $more + self::PAGE], $actions);
    }
}
