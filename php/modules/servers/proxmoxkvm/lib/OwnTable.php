<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Closure;
use Illuminate\Database\Schema\Blueprint;
use Throwable;
use WHMCS\Database\Capsule;

/** A table of the module's own in WHMCS's database, made when it is first needed. */
final class OwnTable
{
    public static function exists(string $name): bool
    {
        return Capsule::schema()->hasTable($name);
    }

    /**
     * Makes it where it is missing. WHMCS's framework makes a table and its key by two statements: the table gets its
     * name when both are done, so that nobody writes into one without its key.
     *
     * @param Closure(Blueprint): void $columns
     */
    public static function prepare(string $name, Closure $columns): void
    {
        if (self::exists($name)) {
            return;
        }
        $unnamed = $name . '_' . bin2hex(random_bytes(4));
        Capsule::schema()->create($unnamed, static function (Blueprint $table) use ($columns): void {
            $table->engine = 'InnoDB';
            $columns($table);
        });
        try {
            Capsule::schema()->rename($unnamed, $name);
        } catch (Throwable $error) {
            // Another process may have made it meanwhile.
            Capsule::schema()->drop($unnamed);
            if (!self::exists($name)) {
                throw $error;
            }
        }
    }
}
