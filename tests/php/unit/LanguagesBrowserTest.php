<?php

declare(strict_types=1);

namespace Tests\Unit;

use Tests\Support\ClientBrowserTestCase;
use Tests\Support\Translation;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;

/**
 * The client's page on a phone, in every language that is complete for customers. LANGUAGES=german,farsi: in these;
 * PICTURES=/a/folder: with a picture of each page.
 */
final class LanguagesBrowserTest extends ClientBrowserTestCase
{
    private const STATES = ['running', 'building', 'rebuild', 'snapshots', 'network'];
    private const WIDTH = 400;

    /** All that the page says, seen or heard: each text by itself. */
    private const SAID = '(function () { var said = [], box = document.getElementById("proxmoxkvm");'
        . ' var walk = document.createTreeWalker(box, NodeFilter.SHOW_TEXT), node;'
        . ' while (node = walk.nextNode()) { said.push(node.data.trim()); }'
        . ' box.querySelectorAll("*").forEach(function (one) {'
        . ' ["aria-label", "title", "placeholder", "data-sure", "data-doing", "data-fetching"]'
        . '.forEach(function (name) {'
        . ' said.push((one.getAttribute(name) || "").trim()); }); });'
        . ' return said.filter(Boolean); }())';

    /** @dataProvider languages */
    public function testALanguageFitsAPhoneAndNoTextIsLeftInEnglish(string $language): void
    {
        $others = self::untranslated(Translation::read('english'), Translation::read($language));
        foreach (self::STATES as $state) {
            $this->state($state);
            $this->open('nexus', self::states()[$state]['tab'] ?? '', $language);
            self::assertSame([], $this->browser->wider(self::WIDTH), $state);
            $said = (array) $this->browser->evaluate(self::SAID);
            self::assertSame([], array_values(array_intersect($said, $others)), $state);
            $this->picture("$language-$state");
        }
        $this->assertDirection($language);
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

    /** @return list<string> English texts that this language says otherwise */
    private static function untranslated(Translation $english, Translation $one): array
    {
        $own = $one->sentences();
        $customers = array_flip($english->ofCustomers());
        $other = array_filter(
            $english->sentences(),
            static fn (string $text, string $key): bool => isset($customers[$key]) && ($own[$key] ?? $text) !== $text,
            ARRAY_FILTER_USE_BOTH
        );

        // What is the language's own word elsewhere is no English.
        return array_values(array_diff($other, $own));
    }

    /** @return array<string, array{string}> */
    public function languages(): array
    {
        $asked = array_values(array_filter(explode(',', (string) getenv('LANGUAGES'))));
        $isComplete = static fn (string $one): bool => Language::complete($one) !== null;
        $languages = $asked ?: array_values(array_filter(Translation::names(), $isComplete));

        return array_combine($languages, array_map(static fn (string $one): array => [$one], $languages));
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
