<?php

declare(strict_types=1);

namespace Tests\Support;

/** English on a page in another language: texts of the files of English, and what is in no file at all. */
final class UntranslatedTexts
{
    /** A shorter one may be a word of the language that stands in a sentence: it is looked for as a whole text. */
    private const SHORT = 12;

    /** What stands between texts of one line. */
    private const BETWEEN = ' · ';

    private const PLACEHOLDER = '/\{\w+\}/';

    /** A month, which many languages call alike, how a key begins, the number of a backup without a name. */
    private const SAME = '/^\p{L}+ \d{4}$|^ssh-ed25519|^kept-\d+$/u';

    /** @var list<string> */
    private array $short = [];

    /** One pattern for all others, in parts that the library of patterns takes. @var list<string> */
    private array $long;

    public function __construct(Translation $english, private Translation $one)
    {
        $long = [];
        foreach (self::otherwise($english, $one) as $text) {
            $fixed = preg_split(self::PLACEHOLDER, $text) ?: [];
            if (mb_strlen(implode($fixed)) >= self::SHORT) {
                $quote = static fn (string $part): string => preg_quote($part, '~');
                $long[] = implode('[^\n]+?', array_map($quote, $fixed));
            } elseif (count($fixed) === 1) {
                $this->short[] = $text;
            }
        }
        $pattern = static fn (array $some): string => '~(?<!\p{L})(?:' . implode('|', $some) . ')(?!\p{L})~u';
        $this->long = array_map($pattern, array_chunk($long, 100));
    }

    /**
     * @param list<string> $said each text of the page
     * @param list<string> $english those of the same page in English
     * @param list<string> $data what both show as it was given: names, addresses
     * @return list<string>
     */
    public function among(array $said, array $english, array $data): array
    {
        $data = array_map(trim(...), $data);
        $same = array_diff(array_intersect($said, $english), $this->one->sentences(), $data);
        // A word alone may stand in a sentence, and would tear it.
        $torn = array_filter($data, static fn (string $one): bool => preg_match('/^\w*$/', $one) !== 1);
        usort($torn, static fn (string $one, string $other): int => strlen($other) <=> strlen($one));
        $without = static fn (array $texts): array => str_replace($torn, '', array_diff($texts, $data));

        return array_values(array_unique([...$this->written($without($said)), ...$this->unwritten($without($same))]));
    }

    /**
     * @param array<string> $said
     * @return list<string> texts of the English files
     */
    private function written(array $said): array
    {
        $pieces = array_merge(...array_map(static fn (string $text): array => explode(self::BETWEEN, $text), $said));
        $found = array_values(array_intersect($pieces, $this->short));
        foreach ($this->long as $pattern) {
            preg_match_all($pattern, implode("\n", $said), $left);
            array_push($found, ...$left[0]);
        }

        return $found;
    }

    /**
     * @param array<string> $same texts that both pages have, and no file of the language
     * @return array<string>
     */
    private function unwritten(array $same): array
    {
        $words = $this->one->glossary['same'] ?? [];

        return array_filter(
            $same,
            static fn (string $text): bool => preg_match(self::SAME, $text) !== 1
                && TranslationStyle::hasWords(str_ireplace($words, ' ', $text))
        );
    }

    /** @return list<string> texts of customers that this language says otherwise */
    private static function otherwise(Translation $english, Translation $one): array
    {
        $own = $one->sentences();
        $customers = array_flip($english->ofCustomers());
        $other = array_filter(
            $english->sentences(),
            static fn (string $text, string $place): bool => isset($customers[explode('/', $place)[0]])
                && ($own[$place] ?? '') !== $text,
            ARRAY_FILTER_USE_BOTH
        );

        // What is the language's own word elsewhere is no English.
        return array_values(array_diff($other, $own));
    }
}
