<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** A piece of configuration as a page of docs/ has it: what a hoster copies is what is tested. */
final class DocsBlock
{
    /**
     * @param string $language of the block
     * @param string $with what is in this block and in no other one of that language
     * @param array<string, string> $instead places of the page, and those of the test
     */
    public static function of(string $page, string $language, string $with, array $instead = []): string
    {
        $text = (string) file_get_contents(dirname(__DIR__, 3) . "/docs/$page");
        preg_match_all("/^ *```$language\\n(.*?)^ *```$/ms", $text, $found);
        $blocks = array_values(array_filter($found[1], static fn (string $block): bool => str_contains($block, $with)));
        if (count($blocks) !== 1) {
            throw new RuntimeException("docs/$page has " . count($blocks) . " blocks of $language with $with");
        }
        foreach (array_keys($instead) as $place) {
            str_contains($blocks[0], $place) || throw new RuntimeException("docs/$page has no $place there");
        }

        return strtr($blocks[0], $instead);
    }
}
