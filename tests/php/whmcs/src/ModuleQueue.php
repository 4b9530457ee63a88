<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;

/** What an automated run could not do. WHMCS tries nothing again by itself: an admin presses "Retry". */
final class ModuleQueue
{
    public static function failed(int $serviceId, string $action, string $error): void
    {
        $row = ['last_attempt' => date('Y-m-d H:i:s'), 'last_attempt_error' => $error];
        $open = self::open($serviceId, $action);
        if ((clone $open)->exists()) {
            $open->increment('num_retries', 1, $row);
        } else {
            Capsule::table('tblmodulequeue')->insert($row + [
                'service_type' => 'service',
                'service_id' => $serviceId,
                'module_name' => 'proxmoxkvm',
                'module_action' => $action,
            ]);
        }
        \logActivity("Module $action Failed - Service ID: $serviceId - Error: $error");
    }

    public static function done(int $serviceId, string $action): void
    {
        self::open($serviceId, $action)->update(['completed' => 1]);
    }

    private static function open(int $serviceId, string $action): \Illuminate\Database\Query\Builder
    {
        return Capsule::table('tblmodulequeue')
            ->where(['service_id' => $serviceId, 'module_action' => $action, 'completed' => 0]);
    }
}
