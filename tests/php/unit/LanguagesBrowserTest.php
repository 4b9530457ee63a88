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
    private const STATES = [
        'running', 'building', 'suspended', 'network', 'rebuild', 'keys', 'snapshots',
    ];
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

    public function testEveryLanguageFitsAPhoneAndNoTextIsLeftInEnglish(): void
    {
        $english = Translation::read('english');
        foreach ($this->languages() as $language) {
            $others = self::untranslated($english, Translation::read($language));
            foreach (self::STATES as $state) {
                $this->state($state);
                $this->open('nexus', self::states()[$state]['tab'] ?? '', $language);
                self::assertSame([], $this->browser->wider(self::WIDTH), "$language, $state");
                $said = (array) $this->browser->evaluate(self::SAID);
                self::assertSame([], array_values(array_intersect($said, $others)), "$language, $state");
                $this->picture("$language-$state");
            }
        }
    }

    public function testRightIsLeftWhereALanguageIsWrittenSo(): void
    {
        $this->state('running');
        foreach ($this->languages() as $language) {
            $this->open('nexus', '', $language);
            $direction = Language::about($language)['rtl'] ? 'rtl' : 'ltr';
            $of = 'getComputedStyle(document.querySelector("%s")).direction';
            self::assertSame($direction, $this->browser->evaluate(sprintf($of, '#proxmoxkvm h3')), $language);
            foreach (['tab.ssh', 'address', 'tab.username'] as $name) {
                $address = sprintf($of, "#proxmoxkvm [data-vm='$name']");
                self::assertSame('ltr', $this->browser->evaluate($address), "$language: $name");
            }
        }
        $this->state('network');
        $isFromRight = static fn (string $one): bool => Language::about($one)['rtl'];
        foreach (array_filter($this->languages(), $isFromRight) as $one) {
            $this->open('nexus', 'network', $one);
            $left = 'document.querySelector("[data-vm=%s]").getBoundingClientRect().left';
            $isBehind = sprintf("$left < $left", 'address', 'prefix');
            self::assertTrue($this->browser->evaluate($isBehind), "$one: 192.0.2.10/24");
        }
    }

    /** @return list<string> English texts that this language says otherwise */
    private static function untranslated(Translation $english, Translation $one): array
    {
        $own = $one->sentences();
        $other = array_filter(
            $english->sentences(),
            static fn (string $text, string $key): bool => ($own[$key] ?? $text) !== $text,
            ARRAY_FILTER_USE_BOTH
        );

        // What is the language's own word elsewhere is no English.
        return array_values(array_diff($other, $own));
    }

    /** @return list<string> */
    private function languages(): array
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
