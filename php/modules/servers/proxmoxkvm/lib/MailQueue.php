<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Illuminate\Database\Schema\Blueprint;
use Throwable;
use WHMCS\Database\Capsule;

/** Mails that wait for a machine to be done: a table of the module's own in WHMCS's database. */
final class MailQueue
{
    private const TABLE = 'mod_proxmoxkvm_mails';
    private const LIMIT = 1000;

    public static function put(int $service, string $kind): void
    {
        self::prepare();
        $row = ['service' => $service, 'kind' => $kind];
        if (!Capsule::table(self::TABLE)->where($row)->exists()) {
            Capsule::table(self::TABLE)->insertOrIgnore($row);
        }
    }

    /** Nothing but this mail, or nothing at all, waits for the service from now on. */
    public static function replace(int $service, ?string $kind): void
    {
        self::prepare();
        Capsule::table(self::TABLE)->where('service', $service)->delete();
        if ($kind !== null) {
            self::put($service, $kind);
        }
    }

    /** @return bool whether it was still there */
    public static function take(int $service, string $kind): bool
    {
        return Capsule::table(self::TABLE)->where('service', $service)->where('kind', $kind)->delete() === 1;
    }

    /** @return array<int, list<string>> kinds by service */
    public static function all(): array
    {
        self::prepare();
        $waiting = [];
        $rows = Capsule::table(self::TABLE)->orderBy('service')->orderBy('kind')->limit(self::LIMIT)->get();
        foreach ($rows as $row) {
            $waiting[(int) $row->service][] = (string) $row->kind;
        }

        return $waiting;
    }

    /** Server modules are not told of their activation: the table is made when it is first needed. */
    private static function prepare(): void
    {
        if (Capsule::schema()->hasTable(self::TABLE)) {
            return;
        }
        try {
            Capsule::schema()->create(self::TABLE, static function (Blueprint $table): void {
                $table->engine = 'InnoDB';
                $table->unsignedInteger('service');
                $table->string('kind', 20);
                $table->primary(['service', 'kind']);
            });
        } catch (Throwable $error) {
            // Another process may have made it at the same moment.
            if (!Capsule::schema()->hasTable(self::TABLE)) {
                throw $error;
            }
        }
    }
}
