<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** The server entries of the module. */
final class ServerRows
{
    /** @return array<int, string> names by id */
    public static function names(): array
    {
        $names = [];
        foreach (self::all() as $id => $row) {
            $names[$id] = self::name($row);
        }

        return $names;
    }

    /** @return array<int, object> rows by id */
    public static function all(): array
    {
        $rows = [];
        foreach (Capsule::table('tblservers')->where('type', Module::NAME)->orderBy('id')->get() as $row) {
            $rows[(int) $row->id] = $row;
        }

        return $rows;
    }

    public static function name(object $row): string
    {
        $name = Text::plain((string) $row->name);

        return $name === '' ? "#$row->id" : $name;
    }

    /** @return array<string, mixed> the entry as the core takes it */
    public static function forCore(object $row): array
    {
        return Params::fromServer($row)->server();
    }
}
