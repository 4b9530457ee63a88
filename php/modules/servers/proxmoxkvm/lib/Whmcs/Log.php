<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;

/** WHMCS's module log and activity log. No secret goes in. */
final class Log
{
    /**
     * @param array<string, mixed> $request
     * @param array<string, mixed>|string $response
     */
    public static function call(string $action, array $request, array|string $response, Secrets $secrets): void
    {
        try {
            \logModuleCall(
                Module::NAME,
                $action,
                $secrets->mask(self::text(Shown::request($request))),
                $secrets->mask(self::text($response)),
                '',
                $secrets->forms()
            );
        } catch (Throwable) {
            // A log that cannot be written must not turn a finished operation into a failed one.
        }
    }

    public static function activity(string $message): void
    {
        \logActivity(Lang::text('activity', ['message' => $message]));
    }

    /** At most once a day: the cron comes by every five minutes. */
    public static function activityOnce(string $message): void
    {
        $known = Capsule::table('tblactivitylog')
            ->where('description', Lang::text('activity', ['message' => $message]))
            ->where('date', '>', date('Y-m-d H:i:s', time() - 86400))
            ->exists();
        if (!$known) {
            self::activity($message);
        }
    }

    private static function text(array|string $value): string
    {
        return is_string($value) ? $value : (string) json_encode($value, Native::JSON | JSON_PRETTY_PRINT);
    }
}
