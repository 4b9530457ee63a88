<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use Throwable;
use WHMCS\Database\Capsule;

/** The module's texts. WHMCS loads no language files for server modules. */
final class Lang
{
    private const FALLBACK = 'english';

    /** @var array<string, array<string, string>> by language */
    private static array $texts = [];

    /** The admin's language, once it was looked up; empty without one. */
    private static ?string $admin = null;

    private static bool $isForStaff = false;

    /** @param array<string, string> $values replace `{name}` in the text */
    public static function text(string $key, array $values = []): string
    {
        return self::filled(self::texts(self::ofVisitor())[$key] ?? $key, $values);
    }

    /** In the language of the installation: for what is stored, and read by others than this visitor. */
    public static function ofSystem(string $key): string
    {
        return self::texts(self::checked($GLOBALS['CONFIG']['Language'] ?? null))[$key] ?? $key;
    }

    /**
     * What WHMCS does by itself on a client's page is read by staff, whatever language that client has chosen.
     *
     * @param callable(): string $work
     */
    public static function forStaff(callable $work): string
    {
        $before = self::$isForStaff;
        self::$isForStaff = true;
        try {
            return $work();
        } finally {
            self::$isForStaff = $before;
        }
    }

    public static function has(string $key): bool
    {
        return isset(self::texts(self::ofVisitor())[$key]);
    }

    /** WHMCS keeps the language that a client chose in the session, and an admin's with the admin. */
    private static function ofVisitor(): string
    {
        $chosen = match (true) {
            defined('ADMINAREA') => self::ofAdmin(),
            self::$isForStaff => null,
            default => $_SESSION['Language'] ?? null,
        };

        return self::checked($chosen ?? $GLOBALS['CONFIG']['Language'] ?? null);
    }

    private static function ofAdmin(): ?string
    {
        if (self::$admin === null) {
            try {
                $id = (int) ($_SESSION['adminid'] ?? 0);
                self::$admin = (string) Capsule::table('tbladmins')->where('id', $id)->value('language');
            } catch (Throwable) {
                // No text may fail for want of a language.
                self::$admin = '';
            }
        }

        return self::$admin === '' ? null : self::$admin;
    }

    /** It becomes part of a path. */
    private static function checked(mixed $language): string
    {
        return is_string($language) && preg_match('/^[a-z][a-z-]*$/D', $language) === 1 ? $language : self::FALLBACK;
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

    /** @return array<string, string> */
    private static function texts(string $language): array
    {
        // `portuguese-br` is read from portuguese.php, unless somebody writes a file of its own.
        return self::$texts[$language] ??= self::load($language) + self::load(strtok($language, '-'))
            + self::load(self::FALLBACK);
    }

    /** @return array<string, string> */
    private static function load(string $language): array
    {
        $file = dirname(__DIR__, 2) . '/lang/' . $language . '.php';

        return is_file($file) ? require $file : [];
    }
}
