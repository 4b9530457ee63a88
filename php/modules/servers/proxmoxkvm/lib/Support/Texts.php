<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use Throwable;

/**
 * The files of texts: a folder for each language, and in it `client/` and `staff/`, with files by subject (those in
 * FILES). A text that a language does not have is English; one that the hoster has written into `overrides/` is the
 * hoster's.
 */
final class Texts
{
    public const ENGLISH = 'english';

    public const FOLDER = __DIR__ . '/../../lang';

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

    /**
     * What a file returns that may be missing, or may be the hoster's.
     *
     * @return array<string, mixed>
     */
    public static function file(string $name): array
    {
        $path = self::FOLDER . "/$name.php";
        try {
            $returned = is_file($path) ? require $path : [];
        } catch (Throwable) {
            // No page fails for want of a text.
            $returned = [];
        }

        return is_array($returned) ? $returned : [];
    }

    /** @return array<string, string|array<string, string>> */
    private static function part(string $language, string $part): array
    {
        return self::$read["$language/$part"] ??= self::read($language, $part);
    }

    /** @return array<string, string|array<string, string>> */
    private static function read(string $language, string $part): array
    {
        $texts = [];
        foreach (self::FILES[$part] as $file) {
            $texts += self::file("$language/$part/$file");
        }
        // Of the hoster's texts those that the module has in this part.
        $english = $language === self::ENGLISH ? $texts : self::part(self::ENGLISH, $part);
        $own = array_intersect_key(self::file("overrides/$language"), $english);

        /** @var array<string, string|array<string, string>> */
        return array_filter($own, static fn (mixed $text): bool => is_string($text) || is_array($text)) + $texts;
    }
}
