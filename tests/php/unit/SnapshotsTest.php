<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMXPath;
use Tests\Support\TabTestCase;
use WHMCS\Module\Server\Proxmoxkvm\Service\Snapshots;

/** The tab Snapshots: what is told of each, what is lost by going back, and its forms without a script. */
final class SnapshotsTest extends TabTestCase
{
    private const PAGE = [
        'have' => 2, 'most' => 3, 'possible' => true, 'ram' => false,
        'snapshots' => [
            ['name' => 'pka-2', 'label' => self::EVIL, 'at' => 1795359845.0, 'ram' => true, 'own' => true,
                'scheduled' => false, 'newest' => true, 'unfinished' => false, 'loses' => [], 'blocked' => null],
            ['name' => 'pka-1', 'label' => '', 'at' => 1795350000.0, 'ram' => false, 'own' => true,
                'scheduled' => true, 'newest' => false, 'unfinished' => false, 'blocked' => null,
                'loses' => [['name' => 'pka-2', 'label' => 'second', 'at' => 1795359845.0]]],
            ['name' => 'nightly', 'label' => 'secret of the hoster', 'at' => null, 'ram' => false, 'own' => false,
                'scheduled' => false, 'newest' => false, 'unfinished' => false, 'loses' => [], 'blocked' => null],
        ],
    ];

    public function testWhatIsToldOfEach(): void
    {
        $told = Snapshots::of(self::PAGE);
        self::assertSame(['2 of 3', '', ''], [$told['count'], $told['is_full'], $told['impossible']]);
        [$first, $second, $foreign] = $told['rows'];
        self::assertSame([self::EVIL, 'newest · with memory'], [$first['title'], $first['marks']]);
        self::assertSame(['pka-1', 'scheduled', 'pka-2'], [$second['title'], $second['marks'], $second['loses']]);
        self::assertStringContainsString('second', $second['lost']);
        self::assertSame('Kept by your provider', $foreign['title']);
        self::assertSame([false, false], [$foreign['own'], $foreign['back']]);

        self::assertSame('', Snapshots::of(['have' => 3, 'full' => false] + self::PAGE)['is_full']);
        $goes = [['name' => 'psa-1', 'label' => '', 'at' => 1795340000.0]];
        $told = Snapshots::of(['have' => 3, 'makes_room' => $goes] + self::PAGE)['is_full'];
        self::assertStringContainsString('deleted once a new one is there: psa-1.', $told);
        $blocked = ['blocked' => 'snapshot_foreign', 'loses' => []] + self::PAGE['snapshots'][1];
        $unfinished = ['unfinished' => true] + self::PAGE['snapshots'][0];
        $rows = ['snapshots' => [$blocked, $unfinished]];
        $told = Snapshots::of($rows + ['have' => 3, 'full' => true, 'possible' => false] + self::PAGE);
        self::assertSame([false, false], array_column($told['rows'], 'back'));
        self::assertStringContainsString('newer snapshot', $told['rows'][0]['why']);
        self::assertStringContainsString('delete one first', $told['is_full']);
        self::assertNotSame('', $told['impossible']);
        self::assertTrue(Snapshots::of([])['is_empty']);
    }

    public function testTheTabIsThereWhereSnapshotsAreSoldAndWorksWithoutTheScript(): void
    {
        $page = $this->page(true);
        self::assertSame('2 of 3', $page->evaluate('string(//*[@data-vm="tab.count"])'));
        $rows = '//*[@data-vm-list="tab.rows"]/li';
        self::assertSame(3.0, $page->evaluate("count($rows)"));
        self::assertSame(self::EVIL, $page->evaluate("string({$rows}[1]//*[@data-vm='title'])"));
        self::assertSame(0.0, $page->evaluate('count(//script[contains(., "alert")])'));
        $form = static fn (int $row, string $do): string
            => "{$rows}[$row]//form[input[@name='do'][@value='$do']]";
        foreach (['snapshot_rollback', 'snapshot_delete'] as $do) {
            $one = $form(2, $do);
            self::assertSame('pka-1', $page->evaluate("string($one/input[@name='snapshot']/@value)"));
            self::assertSame(1.0, $page->evaluate("count($one//input[@required])"), 'meant');
        }
        $back = $form(2, 'snapshot_rollback');
        self::assertSame('pka-2', $page->evaluate("string($back/input[@name='loses']/@value)"));
        self::assertSame(1.0, $page->evaluate("count({$rows}[3]/details[@hidden])"), 'the provider\'s is not touched');
        self::assertSame('60', $page->evaluate("string(//input[@name='label']/@maxlength)"));
        $disks = '//*[@data-vm-if="tab.more_disks"]';
        self::assertSame(1.0, $page->evaluate("count({$disks}[@hidden])"));
        $more = $this->page(true, ['more_disks' => true]);
        $told = $more->evaluate("string({$disks}[not(@hidden)])");
        self::assertStringContainsString('attached again afterwards', $told);
        [$request] = $this->requests('snapshots');
        self::assertSame('client', $request['actor']);
        self::assertSame(0.0, $this->page(false)->evaluate('count(//*[@data-vm-list="tab.rows"])'), 'none is sold');
    }

    /** @param array<string, mixed> $more */
    private function page(bool $sold, array $more = []): DOMXPath
    {
        return $this->tab('snapshots', ['snapshots' => $sold], ['snapshots' => $more + self::PAGE]);
    }
}
