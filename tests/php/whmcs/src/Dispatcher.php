<?php

declare(strict_types=1);

namespace StandIn;

use Throwable;
use WHMCS\Database\Capsule;

/**
 * Runs module functions as WHMCS does: hooks before and after, the status on 'success', a row of the
 * module queue on anything else.
 */
final class Dispatcher
{
    /** Command => name in hooks, function, status on success. */
    private const COMMANDS = [
        'create' => ['Create', 'CreateAccount', 'Active'],
        'suspend' => ['Suspend', 'SuspendAccount', 'Suspended'],
        'unsuspend' => ['Unsuspend', 'UnsuspendAccount', 'Active'],
        'terminate' => ['Terminate', 'TerminateAccount', 'Terminated'],
        'changepackage' => ['ChangePackage', 'ChangePackage', null],
        'changepw' => ['ChangePassword', 'ChangePassword', null],
        'renew' => ['Renew', 'Renew', null],
    ];

    /** Loads the module as WHMCS does on every page: its functions and its hooks. */
    public static function load(): void
    {
        $module = dirname(__DIR__, 4) . '/php/modules/servers/proxmoxkvm';
        require_once $module . '/proxmoxkvm.php';
        require_once $module . '/hooks.php';
    }

    /** @return string 'success' or the module's text */
    public static function run(string $command, int $serviceId): string
    {
        [$name, $function, $status] = self::COMMANDS[$command];

        return self::perform($serviceId, $name, $function, $status);
    }

    /** A button of the admin's page of a service. */
    public static function button(int $serviceId, string $suffix): string
    {
        $allowed = \proxmoxkvm_AdminCustomButtonArray(ParamsBuilder::service($serviceId));
        if (!in_array($suffix, $allowed, true)) {
            return 'Function Not Found';
        }

        return self::perform($serviceId, 'Custom', $suffix, null);
    }

    /** @return array{success: bool, error: string} */
    public static function testConnection(int $serverId): array
    {
        return \proxmoxkvm_TestConnection(ParamsBuilder::server($serverId));
    }

    /** @return array<string, string> */
    public static function adminFields(int $serviceId): array
    {
        return \proxmoxkvm_AdminServicesTabFields(ParamsBuilder::service($serviceId));
    }

    /**
     * The admin presses "Save Changes" on the page of a service.
     *
     * @param array<string, string> $post
     */
    public static function saveAdminFields(int $serviceId, array $post): void
    {
        $_POST = $post;
        \proxmoxkvm_AdminServicesTabFieldsSave(ParamsBuilder::service($serviceId));
        $_POST = [];
    }

    /** The same with the field "Attach VM", and the page as it is shown again. @return array<string, string> */
    public static function attach(int $serviceId, string $vmid): array
    {
        self::saveAdminFields($serviceId, ['proxmoxkvm_attach' => $vmid]);

        return self::adminFields($serviceId);
    }

    public static function cron(): void
    {
        \run_hook('AfterCronJob');
    }

    private static function perform(int $serviceId, string $name, string $function, ?string $status): string
    {
        $params = ParamsBuilder::service($serviceId);
        foreach (\run_hook("PreModule$name", ['params' => $params]) as $override) {
            if (($override['abortcmd'] ?? false) === true) {
                return 'Command aborted by a hook';
            }
            $params = (is_array($override) ? $override : []) + $params;
        }
        try {
            $result = ('proxmoxkvm_' . $function)($params);
        } catch (Throwable $error) {
            $result = 'Exception: ' . $error->getMessage();
        }
        if ($result === 'success') {
            if ($status !== null) {
                Capsule::table('tblhosting')->where('id', $serviceId)->update(['domainstatus' => $status]);
            }
            \run_hook("AfterModule$name", ['params' => $params]);

            return $result;
        }
        self::queue($serviceId, $name, $result);
        \run_hook("AfterModule{$name}Failed", ['params' => $params, 'failureResponseMessage' => $result]);

        return $result;
    }

    private static function queue(int $serviceId, string $name, string $error): void
    {
        Capsule::table('tblmodulequeue')->insert([
            'service_type' => 'service',
            'service_id' => $serviceId,
            'module_name' => 'proxmoxkvm',
            'module_action' => $name,
            'last_attempt_error' => $error,
        ]);
        \logActivity("Module $name Failed - Service ID: $serviceId - Error: $error");
    }
}
