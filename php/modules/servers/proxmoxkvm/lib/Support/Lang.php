<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/** The module's texts. WHMCS loads no language files for server modules. */
final class Lang
{
    /** @var array<string, array<string, string>> by language */
    private static array $texts = [];

    /** @param array<string, string> $values replace `{name}` in the text */
    public static function text(string $key, array $values = []): string
    {
        return self::filled(self::texts(Language::ofVisitor())[$key] ?? $key, $values);
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
        return self::filled(self::texts($language)[$key] ?? $key, $values);
    }

    public static function has(string $key): bool
    {
        return isset(self::texts(Language::ofVisitor())[$key]);
    }

    /** The text of a word that a newer core may have made: without one it keeps its name. */
    public static function word(string $key, string $name): string
    {
        return self::texts(Language::ofVisitor())[$key] ?? $name;
    }

    /** @param array<string, string> $values */
    private static function filled(string $text, array $values): string
    {
        $replace = [];
        foreach ($values as $name => $value) {
            $replace['{' . $name . '}'] = $value;
        }

        return strtr($text, $replace);
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

    /** @return array<string, string> */
    private static function texts(string $language): array
    {
        // `portuguese-br` is read from portuguese.php, unless somebody writes a file of its own.
        return self::$texts[$language] ??= self::load($language) + self::load(explode('-', $language)[0])
            + self::load(Language::FALLBACK);
    }

    /** @return array<string, string> */
    private static function load(string $language): array
    {
        $file = dirname(__DIR__, 2) . '/lang/' . $language . '.php';

        return is_file($file) ? require $file : [];
    }
}
