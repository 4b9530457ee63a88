<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Support\Machine;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * Whether the files of lib/native are those of the archive. Read once for each deployment: a note in a folder
 * of this machine remembers size and time of what was right, so that a page costs two lookups of files.
 *
 * It finds uploads that were cut off or mixed up. It is no protection from somebody who can write here.
 */
final class Checksum
{
    private const LIST = 'SHA256SUMS';
    private const NOTE = 'library-verified';

    /** @throws Unavailable a file is not the one of the archive. Without a list (a working copy) nothing is checked. */
    public static function mustBeRight(Library $files): void
    {
        $sums = self::sums(dirname($files->library, 2) . '/' . self::LIST);
        if ($sums === []) {
            return;
        }
        $note = self::note();
        $state = self::state($files);
        if ($note !== null && @file_get_contents($note) === $state) {
            return;
        }
        foreach ([$files->library, $files->header] as $file) {
            $name = basename(dirname($file)) . '/' . basename($file);
            if (($sums[$name] ?? '') !== hash_file('sha256', $file)) {
                throw LoadFailure::checksum($file);
            }
        }
        self::remember($note, $state);
    }

    public static function isListed(Library $files): bool
    {
        return self::sums(dirname($files->library, 2) . '/' . self::LIST) !== [];
    }

    /** @return array<string, string> by name within lib/native */
    private static function sums(string $list): array
    {
        // Beside a library elsewhere, open_basedir may forbid a look.
        $lines = @is_file($list) ? (string) file_get_contents($list) : '';
        preg_match_all('/^([0-9a-f]{64}) [ *](\S+)$/m', $lines, $found);

        return array_combine($found[2], $found[1]);
    }

    private static function state(Library $files): string
    {
        $state = '';
        foreach ([$files->library, $files->header] as $file) {
            $facts = [$file, filesize($file), filemtime($file), filectime($file)];
            $state .= implode(' ', array_map(strval(...), $facts)) . "\n";
        }

        return $state;
    }

    /** Null where nothing may be remembered: the folder is not there yet, or is another user's. */
    private static function note(): ?string
    {
        try {
            $folder = StoreLocation::current()->folder();
        } catch (Throwable) {
            return null;
        }

        return $folder === null ? null : $folder . '/' . self::NOTE . '-' . PHP_SAPI;
    }

    /** Replaced as a whole: another process may read it at the same moment. */
    private static function remember(?string $note, string $state): void
    {
        if ($note === null) {
            return;
        }
        $fresh = $note . '.' . Machine::process();
        if (@file_put_contents($fresh, $state) === strlen($state)) {
            StoreOwner::give($fresh, StoreLocation::current());
            @rename($fresh, $note);
        } else {
            @unlink($fresh);
        }
    }
}
