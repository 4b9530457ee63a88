<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Setting;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * Where the core keeps its store: in a file of this machine, or in a database that several web servers share.
 *
 * The web and the cron must come to the same place, so it depends on nothing that only one of them
 * knows. PHP never opens the file: two copies of SQLite in one process drop each other's locks.
 */
final class StoreLocation
{
    private const FILE = 'sqlite:';

    /** @var array<string, self> by the setting */
    private static array $kept = [];

    private function __construct(public readonly ?string $file, public readonly ?StoreDatabase $database)
    {
    }

    /** What the installation says, or the place that the module finds by itself. */
    public static function current(): self
    {
        $setting = Setting::value('PROXMOXKVM_STORE');
        if ($setting !== null) {
            return self::of($setting);
        }
        $place = self::beside(WebRoot::whmcs());
        // What lies beside a WHMCS at https://example.com/whmcs may be public, and the cron cannot ask a web server.
        if (WebRoot::isBelowASite()) {
            throw self::isPublic($place, dirname($place, 2));
        }

        return self::of($place);
    }

    /** The same, found once in a request: without a setting WHMCS's database is asked. */
    public static function kept(): self
    {
        return self::$kept[Setting::value('PROXMOXKVM_STORE') ?? ''] ??= self::current();
    }

    /** @param string $setting a path, `sqlite:` and a path, `mysql:`, or a URL `mysql://…` */
    public static function of(#[\SensitiveParameter] string $setting): self
    {
        if (str_starts_with($setting, StoreDatabase::SCHEME)) {
            return new self(null, StoreDatabase::of($setting));
        }
        $path = str_starts_with($setting, self::FILE) ? substr($setting, strlen(self::FILE)) : $setting;
        // With a login in it, it is no path: //user:password@host/database is a URL without its beginning.
        if (!str_starts_with($path, '/') || preg_match('~^//.*@~s', $path) === 1) {
            // Anything else may be a password, or hold one.
            $isShown = preg_match('~^([a-z]{1,10}(?=:)|[\w/-]+\.db$)~D', $setting, $shown) === 1;
            throw new Unavailable(Lang::text('store_unknown', ['begin' => $isShown ? $shown[0] : '…']));
        }
        $documents = PHP_SAPI === 'cli' ? '' : (string) ($_SERVER['DOCUMENT_ROOT'] ?? '');
        foreach ([WebRoot::whmcs(), $documents] as $root) {
            if (WebRoot::isInside($path, $root)) {
                throw self::isPublic($path, $root);
            }
        }

        return new self($path, null);
    }

    /** What the core is told. A database's password is in it. */
    public function forCore(): string
    {
        return $this->database?->url() ?? (string) $this->file;
    }

    /** The same for people: without a password. */
    public function name(): string
    {
        return $this->database?->name() ?? (string) $this->file;
    }

    /** What PROXMOXKVM_STORE has to be, the word PASSWORD in the place of one. */
    public function setting(): string
    {
        return $this->database?->setting() ?? (string) $this->file;
    }

    /** Tells two stores apart, and shows nothing of either. */
    public function key(): string
    {
        return hash('sha256', $this->forCore());
    }

    /** The file that says that a cron run of this machine is under way. */
    public function lockFile(): string
    {
        return $this->file !== null ? "$this->file.cron-lock" : $this->temporary() . '/cron-lock';
    }

    /** A folder for files of this machine; null where none is ours alone. */
    public function folder(): ?string
    {
        $folder = $this->file !== null ? dirname($this->file) : $this->temporary();
        // Where open_basedir forbids a look, PHP warns of it.
        if ($this->file === null && !@is_dir($folder)) {
            @mkdir($folder, 0700);
        }
        !function_exists('clearstatcache') || clearstatcache(true, $folder);
        $isOurs = @is_dir($folder) && !is_link($folder)
            && (!function_exists('posix_geteuid') || fileowner($folder) === posix_geteuid());

        return $isOurs ? $folder : null;
    }

    /** A sibling of WHMCS's directory, named after it: two installations never share a store. */
    public static function beside(string $whmcs): string
    {
        $root = realpath($whmcs) ?: $whmcs;

        return dirname($root) . '/' . basename($root) . '-proxmoxkvm/store.db';
    }

    private static function isPublic(string $path, string $root): Unavailable
    {
        return new Unavailable(Lang::text('store_public', ['path' => $path, 'root' => $root]));
    }

    /** With a store in a database: a folder of this user alone. */
    private function temporary(): string
    {
        $user = function_exists('posix_geteuid') ? (string) posix_geteuid() : get_current_user();

        return sys_get_temp_dir() . "/proxmoxkvm-$user-" . substr(hash('sha256', $this->name()), 0, 16);
    }
}
