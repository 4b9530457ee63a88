<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/** The storages of all server entries that are nearly full, of those that hold disks or backups. */
final class FullStorages
{
    /** One is nearly full when less than one in so many of its bytes is free. */
    private const SHARE = 10;

    /** @return list<string> a sentence for each; a server that does not answer is told as such elsewhere */
    public static function sentences(): array
    {
        $sentences = [];
        $rows = Capsule::table('tblservers')->where('type', Module::NAME)->where('disabled', 0)->orderBy('id')->get();
        foreach ($rows as $row) {
            try {
                $reply = Native::call('capacity', ['server' => Params::fromServer($row)->server()]);
            } catch (Throwable) {
                continue;
            }
            foreach (array_filter($reply['storages'] ?? [], self::isFull(...)) as $storage) {
                $sentences[] = Lang::text('digest_storage', [
                    'storage' => (string) $storage['id'] . (isset($storage['node']) ? " ($storage[node])" : ''),
                    'server' => Text::plain((string) $row->name) ?: "#$row->id",
                    'percent' => Text::percent($storage['free'] / $storage['total']),
                ]);
            }
        }

        return $sentences;
    }

    /** @param array<string, mixed> $storage */
    private static function isFull(array $storage): bool
    {
        [$total, $free] = [$storage['total'] ?? null, $storage['free'] ?? null];
        $isOurs = ($storage['images'] ?? false) === true || ($storage['backups'] ?? false) === true;

        return $isOurs && is_numeric($total) && is_numeric($free) && $total > 0 && self::SHARE * $free < $total;
    }
}
