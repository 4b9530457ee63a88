<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/** The hoster's own texts: a file for each language, by any name that WHMCS has for it. */
final class Overrides
{
    private const FOLDER = 'overrides';

    /**
     * Those of a language that stand for a text of the module.
     *
     * @param array<string, string|array<string, string>> $english
     * @return array<string, string|array<string, string>>
     */
    public static function of(string $language, array $english): array
    {
        $own = [];
        foreach (self::files() as $file) {
            if (TextFiles::folder($file) === $language) {
                $own += self::taken(TextFiles::file(self::FOLDER . "/$file"), $english);
            }
        }

        return $own;
    }

    /**
     * @param array<string, string|array<string, string>> $english of all parts
     * @return array<string, list<string>> file => keys of what is not taken; a star where that is all of it
     */
    public static function untaken(array $english): array
    {
        $untaken = [];
        foreach (self::files() as $file) {
            $own = TextFiles::file(self::FOLDER . "/$file");
            $taken = TextFiles::folder($file) === null ? [] : self::taken($own, $english);
            $untaken[$file] = $taken === [] ? ['*'] : array_map(strval(...), array_keys(array_diff_key($own, $taken)));
        }

        return array_filter($untaken);
    }

    /**
     * A number chooses among forms, of which each language has `other`.
     *
     * @param array<string, mixed> $own
     * @param array<string, string|array<string, string>> $english
     * @return array<string, string|array<string, string>>
     */
    private static function taken(array $own, array $english): array
    {
        /** @var array<string, string|array<string, string>> */
        return array_filter(
            array_intersect_key($own, $english),
            static fn (mixed $text, string $key): bool => is_string($text) || (is_array($text)
                && is_array($english[$key]) && isset($text['other']) && array_filter($text, is_string(...)) === $text),
            ARRAY_FILTER_USE_BOTH
        );
    }

    /** @return list<string> names without their ending, the first one wins */
    private static function files(): array
    {
        $paths = glob(TextFiles::FOLDER . '/' . self::FOLDER . '/*.php') ?: [];
        $names = array_map(static fn (string $path): string => basename($path, '.php'), $paths);
        // The module's own name of a language before its others.
        usort($names, static fn (string $one, string $other): int =>
            [TextFiles::folder($one) !== $one, $one] <=> [TextFiles::folder($other) !== $other, $other]);

        return $names;
    }
}
