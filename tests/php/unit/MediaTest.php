<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMXPath;
use Tests\Support\TabTestCase;
use WHMCS\Module\Server\Proxmoxkvm\Service\Isos;
use WHMCS\Module\Server\Proxmoxkvm\Service\Rescue;

/** The tab ISO and rescue: what can be inserted, what is in the drive, rescue mode, and its forms without a script. */
final class MediaTest extends TabTestCase
{
    private const PAGE = [
        'groups' => [
            ['name' => 'debian', 'isos' => [
                ['volume' => 'isos:iso/debian-12.iso', 'file' => 'debian-12.iso', 'size' => 650000000],
                ['volume' => 'isos:iso/debian-13.iso', 'file' => 'debian-13.iso', 'size' => 700000000],
            ]],
            ['name' => self::EVIL, 'isos' => [['volume' => 'isos:iso/x.iso', 'file' => self::EVIL, 'size' => 0]]],
        ],
        'inserted' => 'debian-12.iso', 'pending' => true, 'boots_once' => false, 'uefi' => false,
    ];

    public function testWhatIsToldOfEach(): void
    {
        $told = Isos::of(self::PAGE);
        self::assertSame(['debian', '', self::EVIL], array_column($told['rows'], 'group'));
        self::assertSame(['debian-12.iso', true, false], [$told['inserted'], $told['is_pending'], $told['is_once']]);
        self::assertTrue(Isos::of([])['is_empty']);
        self::assertSame('', Rescue::line([]));
        $line = Rescue::line(['rescue' => ['since' => 1795359845.0, 'ends_at' => 1795446245.0]]);
        self::assertStringStartsWith('Rescue mode since ', $line);
        self::assertSame('done', Rescue::told('done', []));
        $told = Rescue::told('done', ['rescue_password' => 'abcdefgh23456789']);
        self::assertStringContainsString('abcdefgh23456789', $told);
    }

    public function testItsFormsWorkWithoutTheScript(): void
    {
        $page = $this->page(['iso_insert', 'iso_boot', 'iso_eject', 'rescue_start', 'rescue_leave']);
        $rows = '//*[@data-vm-list="tab.rows"]/li';
        self::assertSame(3.0, $page->evaluate("count($rows)"));
        self::assertSame(self::EVIL, $page->evaluate("string({$rows}[3]//*[@data-vm='file'])"));
        self::assertSame(0.0, $page->evaluate('count(//script[contains(., "alert")])'));
        foreach (['iso_insert', 'iso_boot'] as $do) {
            $form = "{$rows}[2]//form[input[@name='do'][@value='$do']]";
            self::assertSame('isos:iso/debian-13.iso', $page->evaluate("string($form/input[@name='iso']/@value)"));
        }
        $shown = static fn (string $what): float
            => $page->evaluate("count(//*[@data-vm-if='tab.$what'][not(@hidden)])");
        self::assertSame([1.0, 1.0, 0.0], [$shown('inserted'), $shown('is_pending'), $shown('is_once')]);
        $start = '//form[input[@name="do"][@value="rescue_start"]]';
        self::assertSame(1.0, $page->evaluate("count($start//input[@name='sure'][@required])"), 'meant');
        [$request] = $this->requests('isos');
        self::assertSame('client', $request['actor']);
    }

    public function testWithoutIsosThereIsRescueModeAloneAndNobodyAsks(): void
    {
        $page = $this->page(['rescue_start', 'rescue_leave']);
        self::assertSame(0.0, $page->evaluate('count(//*[@data-vm-list="tab.rows"])'));
        self::assertSame(1.0, $page->evaluate('count(//form[input[@name="do"][@value="rescue_start"]])'));
        self::assertSame([], $this->requests('isos'));
        self::assertSame(0.0, $this->page([])->evaluate('count(//form[input[@name="do"][@value="rescue_start"]])'));
    }

    /** @param list<string> $actions */
    private function page(array $actions): DOMXPath
    {
        return $this->tab('media', [], ['isos' => self::PAGE], $actions);
    }
}
