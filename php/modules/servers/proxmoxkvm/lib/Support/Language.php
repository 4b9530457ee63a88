<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use Throwable;
use WHMCS\Database\Capsule;

/** Which language a text is read in: that of the visitor, of staff, or of the installation. */
final class Language
{
    public const FALLBACK = 'english';

    /** The admin's language, once it was looked up; empty without one. */
    private static ?string $admin = null;

    private static bool $isForStaff = false;

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

    /** The language that the client of a service has chosen; that of the installation where it has not. */
    public static function ofClient(int $service): string
    {
        $chosen = (string) Capsule::table('tblhosting')
            ->leftJoin('tblclients', 'tblclients.id', '=', 'tblhosting.userid')
            ->where('tblhosting.id', $service)
            ->value('tblclients.language');

        return $chosen === '' ? self::ofSystem() : self::checked($chosen);
    }

    /** @return list<string> those that the module has texts in */
    public static function all(): array
    {
        $files = glob(dirname(__DIR__, 2) . '/lang/*.php') ?: [];

        return array_map(static fn (string $file): string => basename($file, '.php'), $files);
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
}
