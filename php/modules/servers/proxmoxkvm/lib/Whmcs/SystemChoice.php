<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Illuminate\Database\Query\Builder;
use WHMCS\Database\Capsule;

/** What a service has of the configurable option of its operating system. */
final class SystemChoice
{
    /** @return int the choice; 0 where it has none */
    public static function of(int $serviceId, int $option): int
    {
        return (int) self::row($serviceId, $option)->value('optionid');
    }

    /**
     * What was chosen is what WHMCS has from now on, unless somebody has chosen otherwise there in the meantime.
     *
     * @param array<string, mixed> $chosen of a write-back
     */
    public static function write(int $serviceId, array $chosen): void
    {
        [$option, $before, $choice] = [(int) $chosen['option'], (int) $chosen['before'], (int) $chosen['choice']];
        $row = self::row($serviceId, $option);
        if ($before > 0) {
            $row->where('optionid', $before)->update(['optionid' => $choice]);
        } elseif (!$row->exists()) {
            Capsule::table('tblhostingconfigoptions')
                ->insert(['relid' => $serviceId, 'configid' => $option, 'optionid' => $choice, 'qty' => 0]);
        }
    }

    private static function row(int $serviceId, int $option): Builder
    {
        return Capsule::table('tblhostingconfigoptions')->where(['relid' => $serviceId, 'configid' => $option]);
    }
}
