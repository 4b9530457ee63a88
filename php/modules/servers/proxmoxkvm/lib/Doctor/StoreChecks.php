<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Doctor;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\DatabaseServer;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreDatabase;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Finding;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Tools\Installations;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/** The doctor on the core's store. */
final class StoreChecks
{
    /** @return list<Finding> */
    public static function findings(): array
    {
        $subject = Lang::text('doctor_store');
        try {
            $store = StoreLocation::current();
            // Opens it, and makes it where it is missing.
            Native::call('due', ['limit' => 1]);

            return [
                $store->database === null
                    ? self::file($subject, (string) $store->file)
                    : self::database($subject, $store->database),
                ...self::address(),
            ];
        } catch (Throwable $error) {
            return [Finding::bad($subject, Forbidden::sentence($error))];
        }
    }

    private static function file(string $subject, string $path): Finding
    {
        // What is damaged is worse than all that follows.
        $whole = (Native::call('look_through', [])['whole'] ?? true) === true;
        $machines = array_keys(CronRuns::all());
        if (count($machines) > 1) {
            $values = ['path' => $path, 'machines' => implode(', ', $machines)];

            return Finding::warning($subject, Lang::text('doctor_store_apart', $values));
        }
        $open = array_filter([$path, dirname($path)], static fn (string $file): bool => self::isOpen($file));

        if ($open !== []) {
            return Finding::warning($subject, Lang::text('doctor_store_open', ['files' => implode(' ', $open)]));
        }

        return $whole
            ? Finding::good($subject, $path)
            : Finding::warning($subject, Lang::text('doctor_store_part', ['path' => $path]));
    }

    /** @return list<Finding> a new address of WHMCS, which may be that of a copy */
    private static function address(): array
    {
        $sentence = Installations::addressSentence();

        return $sentence === '' ? [] : [Finding::warning(Lang::text('doctor_address'), $sentence)];
    }

    private static function database(string $subject, StoreDatabase $database): Finding
    {
        $found = DatabaseServer::of($database);
        $problem = $found->problem();
        if ($problem !== '') {
            return Finding::bad($subject, $problem);
        }
        $values = ['store' => $database->name(), 'version' => $found->version, 'node' => $found->node];

        return Finding::good($subject, $found->clusterSize === 0
            ? Lang::text('doctor_store_database', $values)
            : Lang::text('doctor_store_galera', $values + ['size' => (string) $found->clusterSize]));
    }

    /** Whether other users may do anything with it. */
    private static function isOpen(string $file): bool
    {
        !function_exists('clearstatcache') || clearstatcache(true, $file);

        // Where open_basedir forbids a look, PHP warns of it; the core opens the file all the same.
        return @file_exists($file) && (@fileperms($file) & 0077) !== 0;
    }
}
