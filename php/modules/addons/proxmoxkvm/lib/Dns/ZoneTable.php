<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Dns;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** Writes the table that the server module reads. */
final class ZoneTable
{
    /** @return int the zone's id; 0 when it has been deleted meanwhile */
    public static function save(ZoneForm $form): int
    {
        Zones::prepare();
        $row = array_intersect_key($form->values, Zones::texts())
            + ['ttl' => (int) $form->values['ttl'], 'plain_http' => (int) $form->values['plain_http']];
        if ($form->secret !== '') {
            $row['secret'] = \encrypt($form->secret);
        }
        if ($form->id === 0) {
            return (int) Capsule::table(Zones::TABLE)->insertGetId($row);
        }
        if (Zones::one($form->id) === null) {
            return 0;
        }
        Capsule::table(Zones::TABLE)->where('id', $form->id)->update($row);

        return $form->id;
    }

    public static function delete(int $id): void
    {
        Capsule::table(Zones::TABLE)->where('id', $id)->delete();
    }
}
