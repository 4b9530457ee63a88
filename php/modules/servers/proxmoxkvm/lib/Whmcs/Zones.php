<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Illuminate\Database\Schema\Blueprint;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * The DNS zones of the installation: a table of the module's own, which the addon module edits. Every order
 * carries them, because the core keeps no secret.
 */
final class Zones
{
    public const TABLE = 'mod_proxmoxkvm_zones';

    /** What the table is asked by, also where the library cannot be loaded. */
    private const ALWAYS = ['provider' => 20, 'zone' => 255];

    public const DEFAULT_TTL = 3600;

    /** @return array<string, int> field of the core => the most characters that the table takes */
    public static function texts(): array
    {
        return array_column(Native::catalogue('dns')['fields'] ?? [], 'most', 'name');
    }

    /** @return list<array<string, mixed>> as the core takes them, secrets included */
    public static function all(): array
    {
        if (!self::exist()) {
            return [];
        }

        return Capsule::table(self::TABLE)->orderBy('id')->get()->map(self::forCore(...))->all();
    }

    /** @return list<string> their names, as DNS compares them */
    public static function names(): array
    {
        $names = self::exist() ? Capsule::table(self::TABLE)->orderBy('id')->pluck('zone')->all() : [];

        return array_map(static fn (mixed $name): string => strtolower(rtrim((string) $name, '.')), $names);
    }

    public static function any(): bool
    {
        return self::exist() && Capsule::table(self::TABLE)->exists();
    }

    /** Whether there is one that holds the names of addresses. */
    public static function anyReverse(): bool
    {
        return self::exist() && Capsule::table(self::TABLE)->where('zone', 'like', '%.arpa%')->exists();
    }

    /** @return array<string, mixed>|null one of them */
    public static function one(int $id): ?array
    {
        $row = self::exist() ? Capsule::table(self::TABLE)->where('id', $id)->first() : null;

        return $row === null ? null : self::forCore($row);
    }

    /** Makes the table where it is missing, and the column of each field that is new. */
    public static function prepare(): void
    {
        OwnTable::prepare(self::TABLE, static function (Blueprint $table): void {
            $table->increments('id');
            $table->unsignedInteger('ttl')->default(self::DEFAULT_TTL);
            $table->boolean('plain_http')->default(false);
            // What encrypt() made; a text column has no default everywhere.
            $table->text('secret')->nullable();
        });
        OwnTable::prepareTexts(self::TABLE, self::ALWAYS);
        try {
            OwnTable::prepareTexts(self::TABLE, self::texts());
        } catch (Unavailable) {
            // No zone is saved without the library, and then this is done.
        }
    }

    private static function exist(): bool
    {
        return OwnTable::exists(self::TABLE);
    }

    /** @return array<string, mixed> */
    private static function forCore(object $row): array
    {
        $zone = ['id' => (int) $row->id, 'ttl' => (int) $row->ttl, 'plain_http' => (bool) $row->plain_http];
        $zone['secret'] = (string) \decrypt((string) $row->secret);

        return $zone + array_map(static fn (mixed $text): string => (string) $text, (array) $row);
    }
}
