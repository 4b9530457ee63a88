<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

/** The folders that WHMCS's pages write into: they tell whose the web server is. */
final class WrittenFolders
{
    /** What names one in WHMCS's configuration.php, and where it lies in WHMCS otherwise. */
    private const WRITTEN = [
        'templates_compiledir' => 'templates_c',
        'attachments_dir' => 'attachments',
        'downloads_dir' => 'downloads',
    ];

    /** Of files that WHMCS's pages made, so many are looked at. */
    private const FILES = 20;

    /** @return list<string> what the web server's user has made: its own folders, and files in folders for everybody */
    public static function made(): array
    {
        $made = [];
        foreach (self::folders() as $folder) {
            $files = self::isOpen($folder) ? array_slice(glob("$folder/*") ?: [], 0, self::FILES) : [$folder];
            array_push($made, ...$files);
        }

        return $made;
    }

    /** Whether WHMCS's pages can be nobody's but root's: they have to write into its folders. */
    public static function areOfRootAlone(): bool
    {
        return array_filter(self::folders(), self::isOpen(...)) === [];
    }

    /** @return list<string> */
    private static function folders(): array
    {
        $folders = [];
        foreach (self::WRITTEN as $setting => $name) {
            $set = $GLOBALS[$setting] ?? '';
            $folders[] = is_string($set) && $set !== '' ? $set : WebRoot::whmcs() . "/$name";
        }

        return array_values(array_filter($folders, static fn (string $folder): bool => @is_dir($folder)));
    }

    private static function isOpen(string $folder): bool
    {
        return (@fileperms($folder) & 0022) !== 0;
    }
}
