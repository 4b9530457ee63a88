<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/** The module's texts, in the language of whoever reads them. WHMCS loads no language files for server modules. */
final class Lang
{
    /** @param array<string, string> $values replace `{name}` in the text */
    public static function text(string $key, array $values = []): string
    {
        return self::in(Language::ofVisitor(), $key, $values);
    }

    /**
     * A text that the number `{n}` changes: 1 day, 2 days.
     *
     * @param array<string, string> $values
     */
    public static function counted(string $key, int $n, array $values = []): string
    {
        return self::countedIn(Language::ofVisitor(), $key, $n, $values);
    }

    /** In the language of the installation. */
    public static function ofSystem(string $key): string
    {
        return self::in(Language::ofSystem(), $key);
    }

    /**
     * For what is stored, and read by others than this visitor.
     *
     * @param array<string, string> $values
     */
    public static function in(string $language, string $key, array $values = []): string
    {
        return self::filled($language, $key, $values, null);
    }

    /**
     * The same of a text that the number `{n}` changes.
     *
     * @param array<string, string> $values
     */
    public static function countedIn(string $language, string $key, int $n, array $values = []): string
    {
        return self::filled($language, $key, $values + ['n' => (string) $n], $n);
    }

    public static function has(string $key): bool
    {
        return Texts::find(Language::ofVisitor(), $key) !== null;
    }

    /**
     * The text of a word that a newer core may have made: without one it keeps its name.
     *
     * @param array<string, string> $values
     */
    public static function word(string $key, string $name, array $values = []): string
    {
        return self::has($key) ? self::text($key, $values) : $name;
    }

    /**
     * Several texts whose keys begin alike, for a template.
     *
     * @param list<string> $names the keys without their beginning
     * @return array<string, string> by name
     */
    public static function named(string $beginning, array $names): array
    {
        $texts = array_map(static fn (string $name): string => self::text($beginning . $name), $names);

        return array_combine($names, $texts);
    }

    /** @param array<string, string> $values */
    private static function filled(string $language, string $key, array $values, ?int $n): string
    {
        [$found, $text] = Texts::find($language, $key) ?? [Texts::ENGLISH, $key];
        if (is_array($text)) {
            // The number's form is that of the language the text is in, which may be English.
            $class = $n === null ? 'other' : Plural::of(Language::about($found)['tag'], $n);
            $text = $text[$class] ?? $text['other'] ?? $key;
        }
        $replace = [];
        foreach ($values as $name => $value) {
            $replace['{' . $name . '}'] = $value;
        }

        return strtr($text, $replace);
    }
}
