<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

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
     * Makes it where it is missing. Its key is a number that counts up: any other is made by a second statement of
     * WHMCS's framework, and until then whatever another process writes has no key.
     *
     * @param Closure(Blueprint): void $columns
     */
    public static function prepare(string $name, Closure $columns): void
    {
        if (self::exists($name)) {
            return;
        }
        try {
            Capsule::schema()->create($name, static function (Blueprint $table) use ($columns): void {
                $table->engine = 'InnoDB';
                $columns($table);
            });
        } catch (Throwable $error) {
            // Another process may have made it at the same moment.
            if (!self::exists($name)) {
                throw $error;
            }
        }
    }

    /**
     * Makes the columns of texts that are missing: one that came with an upgrade, say.
     *
     * @param array<string, int> $texts column => the most characters
     */
    public static function prepareTexts(string $name, array $texts): void
    {
        $missing = static fn (): array =>
            array_diff_key($texts, array_flip(Capsule::schema()->getColumnListing($name)));
        if (($new = $missing()) === []) {
            return;
        }
        try {
            Capsule::schema()->table($name, static function (Blueprint $table) use ($new): void {
                foreach ($new as $column => $length) {
                    $table->string($column, $length)->default('');
                }
            });
        } catch (Throwable $error) {
            // Another process may have made them at the same moment.
            if ($missing() !== []) {
                throw $error;
            }
        }
    }

    /** The same for a table whose key is a text, in one statement. Beside it is a time. */
    public static function prepareTimes(string $name, string $key, int $length, string $time): void
    {
        if (!self::exists($name)) {
            $engine = Capsule::connection()->getDriverName() === 'mysql' ? 'ENGINE=InnoDB' : '';
            Capsule::connection()->statement("CREATE TABLE IF NOT EXISTS $name
                ($key VARCHAR($length) NOT NULL PRIMARY KEY, $time INT UNSIGNED NOT NULL) $engine");
        }
    }
}
