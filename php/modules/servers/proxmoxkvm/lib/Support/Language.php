<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use Throwable;
use WHMCS\Database\Capsule;

/** Which language a text is read in: that of the visitor, of staff, or of the installation. */
final class Language
{
    /** What each language has to say of itself; these where its file says less. */
    private const ABOUT = ['tag' => 'en', 'rtl' => false, 'complete' => [], 'signs' => ['.', ',', '']];

    /** The admin's language, once it was looked up; empty without one. */
    private static ?string $admin = null;

    private static bool $isForStaff = false;

    /**
     * @var array<string, array{
     *     tag: string, rtl: bool, complete: list<string>, signs: array{string, string, string}, read_by?: string
     * }>
     */
    private static array $about = [];

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

    /** WHMCS keeps the language that a client chose in the session, and an admin's with the admin. */
    public static function ofVisitor(): string
    {
        $chosen = match (true) {
            defined('ADMINAREA') => self::ofAdmin(),
            self::$isForStaff => null,
            default => $_SESSION['Language'] ?? null,
        };

        return self::checked($chosen ?? $GLOBALS['CONFIG']['Language'] ?? null);
    }

    /** The language of the installation. */
    public static function ofSystem(): string
    {
        return self::checked($GLOBALS['CONFIG']['Language'] ?? null);
    }

    /** What WHMCS calls the language that the client of a service has chosen; empty where it has chosen none. */
    public static function chosenFor(int $service): string
    {
        return (string) Capsule::table('tblhosting')
            ->leftJoin('tblclients', 'tblclients.id', '=', 'tblhosting.userid')
            ->where('tblhosting.id', $service)
            ->value('tblclients.language');
    }

    /** The language of a client who has chosen this; that of the installation where it has chosen none. */
    public static function ofClient(string $chosen): string
    {
        return $chosen === '' ? self::ofSystem() : self::checked($chosen);
    }

    /** The folder of what WHMCS calls so, where customers can read all in it. */
    public static function complete(string $name): ?string
    {
        $folder = TextFiles::folder($name);

        return $folder !== null && in_array('client', self::about($folder)['complete'], true) ? $folder : null;
    }

    /**
     * What a language says of itself: its tag (BCP 47), whether it is written from right to left, which parts have
     * every text, and the signs of its numbers: the decimal sign, what parts thousands, what stands before a percent
     * sign.
     *
     * @return array{
     *     tag: string, rtl: bool, complete: list<string>, signs: array{string, string, string}, read_by?: string
     * }
     */
    public static function about(string $language): array
    {
        return self::$about[$language] ??= TextFiles::file("$language/about") + self::ABOUT;
    }

    /** Whether a machine has translated it, and no native reader has signed it yet. */
    public static function isReadByNobody(string $language): bool
    {
        return (self::about($language)['read_by'] ?? null) === '';
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

    private static function checked(mixed $name): string
    {
        return (is_string($name) ? TextFiles::folder($name) : null) ?? Texts::ENGLISH;
    }
}
