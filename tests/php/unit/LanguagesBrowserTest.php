<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\ClientBrowserTestCase;
use Tests\Support\Translation;
use Tests\Support\UntranslatedTexts;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;

/**
 * The client's page on a phone, in every language that is complete for customers. LANGUAGES=german,farsi: in these;
 * PICTURES=/a/folder: with a picture of each page.
 *
 * @group once
 */
final class LanguagesBrowserTest extends ClientBrowserTestCase
{
    /** What these say otherwise than the running one is a word. */
    private const ALIKE = ['off' => true, 'restarting' => true, 'changing' => true, 'waiting' => true];
    private const CONSOLE = 'console';
    private const WIDTH = 400;

    /** What is asked before something is lost is below three dots. */
    private const UNFOLD = 'document.querySelectorAll("details").forEach(function (one) { one.open = true; })';

    /** All that the page says, seen or heard, each text by itself; but for commands, what WHMCS says, and keyboards. */
    private const SAID = '(function () {'
        . ' var said = [], others = "pre, code, script, .vm-billing, #hook, #layout, [name=macro] option,'
        . ' [translate=no]", node;'
        . ' var box = document.getElementById("proxmoxkvm") || document.body;'
        . ' var walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);'
        . ' while (node = walk.nextNode()) {'
        . ' if (!node.parentElement.closest(others)) { said.push(node.data.trim()); } }'
        . ' box.querySelectorAll("*").forEach(function (one) {'
        . ' ["aria-label", "title", "placeholder", "data-sure", "data-doing", "data-fetching"]'
        . '.forEach(function (name) {'
        . ' said.push((one.getAttribute(name) || "").trim()); }); });'
        . ' return said.filter(Boolean); }())';

    /** One browser for all: most of the time of such a test is its beginning. */
    public function testEveryLanguageFitsAPhoneAndNoTextIsLeftInEnglish(): void
    {
        $pages = [...array_keys(array_diff_key(self::states(), self::ALIKE)), self::CONSOLE];
        $english = [];
        foreach ($pages as $page) {
            $english[$page] = $this->said($page, 'english');
        }
        $wrong = [];
        foreach (self::languages() as $language) {
            $texts = new UntranslatedTexts(Translation::read('english'), Translation::read($language));
            foreach ($pages as $page) {
                $said = $this->said($page, $language);
                $left = $language === 'english' ? [] : $texts->among($said, $english[$page], $this->given());
                $wrong["$language, $page"] = [...$this->browser->wider(self::WIDTH), ...$left];
                $this->picture("$language-$page");
                $page !== 'network' || $this->assertDirection($language);
            }
        }
        self::assertSame([], array_filter($wrong));
    }

    /** Where a language has units of its own, its graphs have them too, and the longest is on the paper. */
    public function testTheGraphsHaveTheUnitsOfTheLanguage(): void
    {
        $this->state('graphs');
        foreach (['french' => 'ko/s', 'russian' => 'Кбит/с', 'arabic' => 'كيلوبت/ث'] as $language => $unit) {
            $this->open('nexus', 'graphs', $language);
            $this->browser->resize(self::WIDTH);
            $this->browser->wait('document.querySelectorAll(".vm-legend div").length > 4');
            self::assertStringContainsString($unit, $this->browser->text(), $language);
            $cut = 'Array.from(document.querySelectorAll(".vm-graphs svg text")).filter(function (one) {'
                . ' var paper = one.ownerSVGElement.getBoundingClientRect(), box = one.getBoundingClientRect();'
                . ' return box.left < paper.left - 1 || box.right > paper.right + 1; }).map(function (one) {'
                . ' return one.textContent; })';
            self::assertSame([], $this->browser->evaluate($cut), $language);
        }
    }

    /** @return list<string> all that a page says */
    private function said(string $page, string $language): array
    {
        $isConsole = $page === self::CONSOLE;
        $this->state($isConsole ? 'running' : $page);
        $tab = $isConsole ? '&modop=custom&a=ClientConsole' : self::states()[$page]['tab'] ?? '';
        $this->open('nexus', $tab, $language);
        $this->browser->evaluate(self::UNFOLD);

        return (array) $this->browser->evaluate(self::SAID);
    }

    /** @return list<string> what the core has answered: names, addresses, systems */
    private function given(): array
    {
        $texts = [];
        foreach (glob("{$this->whmcs->directory}/*.reply") ?: [] as $file) {
            $reply = json_decode((string) file_get_contents($file), true, 512, JSON_THROW_ON_ERROR);
            array_walk_recursive($reply, static function (mixed $one) use (&$texts): void {
                is_string($one) && $texts[] = $one;
            });
        }

        return $texts;
    }

    /** Right is left where a language is written so, and addresses read as they do everywhere. */
    private function assertDirection(string $language): void
    {
        $direction = Language::about($language)['rtl'] ? 'rtl' : 'ltr';
        $of = 'getComputedStyle(document.querySelector("#proxmoxkvm %s")).direction';
        self::assertSame($direction, $this->browser->evaluate(sprintf($of, 'h3')));
        foreach (["[data-vm='address']", "[data-vm='gateway']", 'pre'] as $part) {
            self::assertSame('ltr', $this->browser->evaluate(sprintf($of, $part)), $part);
        }
        $left = 'document.querySelector("[data-vm=%s]").getBoundingClientRect().left';
        self::assertTrue($this->browser->evaluate(sprintf("$left < $left", 'address', 'prefix')), '192.0.2.10/24');
    }

    /** @return list<string> */
    private static function languages(): array
    {
        $asked = array_values(array_filter(explode(',', (string) getenv('LANGUAGES'))));
        $isComplete = static fn (string $one): bool => Language::complete($one) !== null;

        return $asked ?: array_values(array_filter(Translation::names(), $isComplete));
    }

    private function picture(string $name): void
    {
        $folder = (string) getenv('PICTURES');
        if ($folder !== '') {
            is_dir($folder) || mkdir($folder, 0755, true);
            $this->browser->screenshot(self::WIDTH, "$folder/$name.png");
        }
    }
}
