<?php

declare(strict_types=1);

namespace StandIn;

use Exception;
use Throwable;
use WHMCS\Database\Capsule;

/**
 * Runs module functions as WHMCS does: hooks before and after, the status on 'success', a row of the
 * module queue when an automated run fails. What it takes for granted stands in assumptions.md.
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
        $module = STAND_IN_MODULES . '/servers/proxmoxkvm';
        require_once $module . '/proxmoxkvm.php';
        require_once $module . '/hooks.php';
    }

    /**
     * @param array<string, mixed> $changes of `$params`
     * @return string 'success' or the module's text
     */
    public static function run(string $command, int $serviceId, array $changes = [], bool $isAutomatic = true): string
    {
        [$name, $function, $status] = self::COMMANDS[$command];

        return self::perform($serviceId, $name, $function, $status, $changes, $isAutomatic);
    }

    /** An admin or a client gives a new password: WHMCS keeps it once the module has taken it. */
    public static function changePassword(int $serviceId, string $new): string
    {
        $old = decrypt((string) Capsule::table('tblhosting')->where('id', $serviceId)->value('password'));
        $result = self::run('changepw', $serviceId, ['password' => $new], false);
        if ($result === 'success') {
            Capsule::table('tblhosting')->where('id', $serviceId)->update(['password' => encrypt($new)]);
            $changed = ['serviceid' => $serviceId, 'oldpassword' => $old, 'newpassword' => $new];
            \run_hook('AfterModuleChangePassword', $changed);
        }

        return $result;
    }

    /** @return array<string, string> the module's own commands on the admin's page of a service */
    public static function buttons(int $serviceId): array
    {
        return \proxmoxkvm_AdminCustomButtonArray(ParamsBuilder::service($serviceId));
    }

    /** A button of the admin's page of a service. */
    public static function button(int $serviceId, string $suffix): string
    {
        if (!in_array($suffix, self::buttons($serviceId), true)) {
            return 'Function Not Found';
        }

        return self::perform($serviceId, 'Custom', $suffix, null, [], false);
    }

    /** Any function of the module, on a service. @return mixed its answer, or the text of what it threw */
    public static function call(string $function, int $serviceId): mixed
    {
        try {
            return ('proxmoxkvm_' . $function)(ParamsBuilder::service($serviceId));
        } catch (Throwable $error) {
            return 'Exception: ' . $error->getMessage();
        }
    }

    /** @return array{success: bool, error: string} */
    public static function testConnection(int $serverId): array
    {
        return \proxmoxkvm_TestConnection(ParamsBuilder::server($serverId));
    }

    /**
     * The page of a product's settings in simple mode: the choices of a field, or the text of an exception.
     *
     * @return array<int|string, string>|string
     */
    public static function loader(string $option, int $serverId): array|string
    {
        $fields = \proxmoxkvm_ConfigOptions();
        $field = $fields[$option] ?? null;
        if ($field === null) {
            // The module cannot name its options: what it says beside the first one.
            return array_values($fields)[0]['Description'];
        }
        try {
            return ($field['Loader'])(ParamsBuilder::server($serverId));
        } catch (Exception $failure) {
            return $failure->getMessage();
        }
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

    /** @param array<string, mixed> $changes of `$params` */
    private static function perform(
        int $serviceId,
        string $name,
        string $function,
        ?string $status,
        array $changes = [],
        bool $isAutomatic = true
    ): string {
        $params = $changes + ParamsBuilder::service($serviceId);
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
        if ($result !== 'success') {
            $isAutomatic && ModuleQueue::failed($serviceId, $name, $result);
            \run_hook("AfterModule{$name}Failed", ['params' => $params, 'failureResponseMessage' => $result]);

            return $result;
        }
        if ($status !== null) {
            Capsule::table('tblhosting')->where('id', $serviceId)->update(['domainstatus' => $status]);
        }
        ModuleQueue::done($serviceId, $name);
        if ($name !== 'ChangePassword') {
            \run_hook("AfterModule$name", ['params' => $params]);
        }

        return $result;
    }
}
