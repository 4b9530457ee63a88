<?php

declare(strict_types=1);

namespace Tests\Unit;

use DOMDocument;
use DOMXPath;
use Tests\Support\Php;
use Tests\Support\Shown;
use Tests\Support\StubLibrary;
use Tests\Support\StubTestCase;
use WHMCS\Module\Server\Proxmoxkvm\Service\Snapshots;

/** The tab Snapshots: what is told of each, what is lost by going back, and its forms without a script. */
final class SnapshotsTest extends StubTestCase
{
    private const EVIL = '<script>alert("x")</script>\' onload=\'x 🦀';

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

        $blocked = ['blocked' => 'snapshot_foreign', 'loses' => []] + self::PAGE['snapshots'][1];
        $unfinished = ['unfinished' => true] + self::PAGE['snapshots'][0];
        $told = Snapshots::of(['have' => 3, 'possible' => false, 'snapshots' => [$blocked, $unfinished]] + self::PAGE);
        self::assertSame([false, false], array_column($told['rows'], 'back'));
        self::assertStringContainsString('newer snapshot', $told['rows'][0]['why']);
        self::assertNotSame('', $told['is_full'] . $told['impossible']);
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
        [$request] = $this->requests('snapshots');
        self::assertSame('client', $request['actor']);
        self::assertSame(0.0, $this->page(false)->evaluate('count(//*[@data-vm-list="tab.rows"])'), 'none is sold');
    }

    private function page(bool $sold): DOMXPath
    {
        $smarty = '/usr/share/php/smarty4';
        if (!is_file("$smarty/Smarty.class.php")) {
            self::markTestSkipped('needs the Debian package smarty4');
        }
        $service = $this->whmcs->service($this->whmcs->product(), $this->whmcs->server(), ['domainstatus' => 'Active']);
        $shown = Shown::client(['status' => 'ready', 'id' => $service]);
        $this->replyTo('show', ['permissions' => ['snapshots' => $sold]] + $shown);
        $this->replyTo('snapshots', self::PAGE);
        $environment = ['PROXMOXKVM_LIBRARY' => StubLibrary::shared()] + $this->whmcs->environment();
        $script = dirname(__DIR__) . '/whmcs/render.php';
        $php = new Php([$script, $smarty, '1', (string) $service, 'snapshots'], $environment);
        $html = $php->output();
        self::assertSame(0, $php->status(), $html);
        $document = new DOMDocument();
        self::assertTrue($document->loadHTML('<meta charset="utf-8">' . $html, LIBXML_NOERROR));

        return new DOMXPath($document);
    }
}
