<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMXPath;
use Tests\Support\Shown;
use Tests\Support\TabTestCase;
use WHMCS\Module\Server\Proxmoxkvm\Service\Backups;

/** The tab Backups: what is told of each, and its forms without a script. */
final class BackupsTest extends TabTestCase
{
    private const PAGE = [
        'have' => 2, 'most' => 3, 'protected' => 1, 'bytes' => 3_500_000_000, 'most_bytes' => null, 'stops' => false,
        'backups' => [
            ['name' => 'pka-2', 'restore' => 'pka-2',
                'note' => self::EVIL, 'at' => 1795359845.0, 'size' => 2_000_000_000,
                'scheduled' => false, 'protected' => true, 'verified' => true, 'encrypted' => true],
            ['name' => 'psa-1', 'restore' => 'psa-1',
                'note' => '', 'at' => 1795350000.0, 'size' => 1_500_000_000, 'scheduled' => true,
                'protected' => false, 'verified' => false, 'encrypted' => false],
        ],
    ];

    public function testWhatIsToldOfEach(): void
    {
        $told = Backups::of(self::PAGE);
        self::assertSame(['2 of 3', '', '3.5 GB together'], [$told['count'], $told['is_full'], $told['used']]);
        [$first, $second] = $told['rows'];
        self::assertSame([self::EVIL, 'protected · encrypted · verified'], [$first['title'], $first['marks']]);
        self::assertSame([true, false], [$first['protected'], $first['open']]);
        self::assertSame('scheduled · damaged: it failed its verification', $second['marks']);
        self::assertSame([false, true, '1.5 GB'], [$second['protected'], $second['open'], $second['size']]);
        self::assertSame($second['at'], $second['title'], 'without a note its time is its name');

        $foreign = ['name' => null, 'protected' => true, 'place' => ['volume' => 'local:backup/x']];
        $other = ['have' => 3, 'most_bytes' => 5_000_000_000, 'stops' => true, 'backups' => [$foreign]];
        $told = Backups::of($other + self::PAGE);
        self::assertSame('3.5 GB together of 5 GB', $told['used']);
        self::assertTrue($told['stops'] && $told['is_full'] !== '');
        $row = $told['rows'][0];
        self::assertSame([false, false, false, 'local:backup/x', 'Kept by your provider', 'kept-0'], [
            $row['own'], $row['protected'], $row['open'], $row['place'], $row['title'], $row['key'],
        ]);
        self::assertSame('', $row['restore'], 'nobody restores it here');
        $row = Backups::of(['backups' => [['restore' => 'kept-ab12'] + $foreign]])['rows'][0];
        self::assertSame(['kept-ab12', 'kept-ab12', false], [$row['restore'], $row['key'], $row['own']]);
        self::assertTrue(Backups::of([])['is_empty']);

        $before = ['before_reinstall' => true, 'ends_at' => 1795619045.0, 'protected' => true];
        $before += self::PAGE['backups'][1];
        $row = Backups::of(['backups' => [$before]])['rows'][0];
        self::assertStringContainsString('before the rebuild', $row['marks']);
        self::assertStringStartsWith('kept until ', $row['ends']);
        self::assertSame('', $told['rows'][0]['ends']);
    }

    public function testWhatWasNotMadeIsToldWithItsReason(): void
    {
        self::assertSame('', Backups::of(self::PAGE)['missed']);
        $missed = ['in_a_row' => 2, 'at' => 1795359845.0, 'code' => 'backup_space', 'client' => 'client_backup_space'];
        $told = Backups::of(['missed' => $missed] + self::PAGE)['missed'];
        self::assertStringContainsString('not made: 2.', $told);
        self::assertStringContainsString('not enough space', $told);
        foreach ([null, 'client_of_another_version'] as $unknown) {
            $told = Backups::of(['missed' => ['client' => $unknown] + $missed] + self::PAGE)['missed'];
            self::assertStringEndsWith('or ask our support.', $told);
        }
    }

    public function testTheTabIsThereWhereBackupsAreSoldAndWorksWithoutTheScript(): void
    {
        $page = $this->page(true);
        self::assertSame('2 of 3', $page->evaluate('string(//*[@data-vm="tab.count"])'));
        $rows = '//*[@data-vm-list="tab.rows"]/li';
        self::assertSame(2.0, $page->evaluate("count($rows)"));
        self::assertSame(self::EVIL, $page->evaluate("string({$rows}[1]//*[@data-vm='title'])"));
        self::assertSame(0.0, $page->evaluate('count(//script[contains(., "alert")])'));
        $form = static fn (int $row, string $do): string
            => "{$rows}[$row]//form[input[@name='do'][@value='$do']]";
        foreach (['backup_note', 'backup_protect', 'backup_unprotect', 'backup_delete', 'backup_restore'] as $do) {
            self::assertSame('psa-1', $page->evaluate("string({$form(2, $do)}/input[@name='backup']/@value)"));
        }
        $isHidden = static fn (int $row, string $do): bool
            => $page->evaluate("count({$form($row, $do)}[@hidden])") === 1.0;
        self::assertSame([true, false, true], [
            $isHidden(1, 'backup_protect'), $isHidden(1, 'backup_unprotect'), $isHidden(1, 'backup_delete'),
        ]);
        self::assertSame([false, true, false], [
            $isHidden(2, 'backup_protect'), $isHidden(2, 'backup_unprotect'), $isHidden(2, 'backup_delete'),
        ]);
        self::assertSame(1.0, $page->evaluate("count({$form(2, 'backup_delete')}//input[@required])"), 'meant');
        $restore = $form(2, 'backup_restore');
        self::assertSame(1.0, $page->evaluate("count({$restore}//input[@name='typed'][@required])"), 'meant');
        self::assertStringContainsString('snapshots', $page->evaluate("string({$restore}/label)"), 'what is lost');
        self::assertSame(self::EVIL, $page->evaluate("string({$form(1, 'backup_note')}//input[@name='note']/@value)"));
        self::assertSame('80', $page->evaluate("string(//input[@name='note']/@maxlength)"));
        $schedule = '//form[@data-vm-can="backup_schedule"]';
        self::assertSame(7.0, $page->evaluate("count({$schedule}//input[@name='days[]'])"));
        self::assertSame('backup_schedule', $page->evaluate("string({$schedule}/input[@name='do']/@value)"));
        [$request] = $this->requests('backups');
        self::assertSame('client', $request['actor']);
        self::assertSame(0.0, $this->page(false)->evaluate('count(//*[@data-vm-list="tab.rows"])'), 'none is sold');
    }

    /** What the provider keeps is shown, and can be restored: nothing else of it is offered. */
    public function testWhatTheProviderKeepsCanBeRestoredAlone(): void
    {
        $page = $this->tab('backups', ['backups' => true], ['backups' => Shown::backups()]);
        $offered = static fn (int $row): float
            => $page->evaluate("count(//*[@data-vm-list='tab.rows']/li[$row]/details[not(@hidden)])");
        self::assertSame([2.0, 2.0, 2.0, 1.0], array_map($offered, [1, 2, 3, 4]));
        $kept = "//*[@data-vm-list='tab.rows']/li[4]/details[not(@hidden)]//form[@data-vm-can='backup_restore']";
        self::assertSame('kept-0a1b', $page->evaluate("string($kept/input[@name='backup']/@value)"));
    }

    public function testBothWaysToRestoreAreOfferedAndTheSecondMachineHasItsButtons(): void
    {
        $page = $this->page(true);
        $rows = '//*[@data-vm-list="tab.rows"]/li';
        $first = "({$rows}[2]//form[.//button[contains(@data-doing, 'beside')]])[1]";
        self::assertSame('backup_restore_beside', $page->evaluate("string({$first}/input[@name='do']/@value)"));
        self::assertSame('psa-1', $page->evaluate("string({$first}/input[@name='backup']/@value)"));
        self::assertStringContainsString('runs on', $page->evaluate("string({$first}/p)"));
        self::assertSame(0.0, $page->evaluate("count({$first}//input[@name='typed'])"), 'it destroys nothing');
        $panel = '//section[@data-vm-if="tab.beside"]';
        self::assertSame(1.0, $page->evaluate("count({$panel}[@hidden])"), 'there is none');

        $beside = ['stage' => 'restored', 'backup' => 'pka-2', 'backup_at' => 1795359845.0, 'runs' => true,
            'ends_at' => 1795446245.0];
        $page = $this->page(true, ['beside' => $beside] + self::PAGE);
        self::assertSame(0.0, $page->evaluate("count({$panel}[@hidden])"));
        $told = $page->evaluate("string({$panel}//p[1])");
        self::assertStringContainsString('It has no network.', $told);
        self::assertStringContainsString('It runs.', $told);
        self::assertStringContainsString('beside=1', $page->evaluate("string({$panel}//a/@href)"), 'its console');
        $form = static fn (string $do): string => "{$panel}//form[input[@name='do'][@value='$do']]";
        self::assertSame([1.0, 0.0], [
            $page->evaluate("count({$form('beside_start')}[@hidden])"),
            $page->evaluate("count({$form('beside_stop')}[@hidden])"),
        ]);
        self::assertSame(1.0, $page->evaluate("count({$form('beside_swap')}//input[@name='sure'][@required])"));
        self::assertSame(1.0, $page->evaluate("count({$form('beside_discard')}//input[@name='typed'][@required])"));
        $former = ['stage' => 'former', 'runs' => null] + $beside;
        self::assertStringContainsString('before the last swap', Backups::of(['beside' => $former])['beside']);
        self::assertSame(['', ''], [Backups::of([])['beside'], Backups::of([])['beside_ends']]);
    }

    /** @param array<string, mixed> $answer */
    private function page(bool $sold, array $answer = self::PAGE): DOMXPath
    {
        return $this->tab('backups', ['backups' => $sold], ['backups' => $answer]);
    }
}
