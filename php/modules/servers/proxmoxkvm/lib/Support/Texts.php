<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/**
 * The files of texts: a folder for each language, and in it `client/` and `staff/`, with files by subject (those in
 * FILES). A text that a language does not have is English; one that the hoster has written into `overrides/` is the
 * hoster's.
 */
final class Texts
{
    public const ENGLISH = 'english';

    public const FILES = [
        'client' => ['page', 'refusals', 'actions', 'console', 'firewall', 'order', 'mails', 'reachability'],
        'staff' => ['advice', 'product', 'service', 'setup', 'pools', 'doctor', 'tools', 'addon'],
    ];

    /** @var array<string, array<string, string|array<string, string>>> by language and part */
    private static array $read = [];

    /**
     * A page for customers reads no file of staff's: a key is in one part only.
     *
     * @param string $language a folder
     * @return array{string, string|array<string, string>}|null the language that the text is in, and the text; by
     *     classes of plural where a number changes it
     */
    public static function find(string $language, string $key): ?array
    {
        foreach (array_keys(self::FILES) as $part) {
            foreach ([$language, self::ENGLISH] as $folder) {
                $text = self::part($folder, $part)[$key] ?? null;
                if ($text !== null) {
                    return [$folder, $text];
                }
            }
        }

        return null;
    }

    /** @return array<string, string|array<string, string>> by key */
    public static function part(string $language, string $part): array
    {
        return self::$read["$language/$part"] ??= self::read($language, $part);
    }

    /** @return array<string, string|array<string, string>> */
    private static function read(string $language, string $part): array
    {
        $texts = [];
        foreach (self::FILES[$part] as $file) {
            $texts += TextFiles::file("$language/$part/$file");
        }
        $english = $language === self::ENGLISH ? $texts : self::part(self::ENGLISH, $part);

        return Overrides::of($language, $english) + $texts;
    }
}
