<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Throwable;

/** The doctor on the core's store. */
final class StoreChecks
{
    /** @return list<Finding> */
    public static function findings(): array
    {
        $subject = Lang::text('doctor_store');
        try {
            $path = StorePath::current();
            if (defined('ROOTDIR') && StorePath::isInside($path, (string) constant('ROOTDIR'))) {
                $values = ['path' => $path, 'root' => (string) constant('ROOTDIR')];
                throw new Unavailable(Lang::text('store_public', $values));
            }
            // Opens it, and makes it where it is missing.
            Native::call('due', ['limit' => 1]);
        } catch (Throwable $error) {
            return [Finding::bad($subject, $error->getMessage())];
        }
        $open = array_filter([$path, dirname($path)], static fn (string $file): bool => self::isOpen($file));

        return $open === []
            ? [Finding::good($subject, $path)]
            : [Finding::warning($subject, Lang::text('doctor_store_open', ['files' => implode(' ', $open)]))];
    }

    /** Whether other users may do anything with it. */
    private static function isOpen(string $file): bool
    {
        clearstatcache(true, $file);

        return file_exists($file) && (fileperms($file) & 0077) !== 0;
    }
}
