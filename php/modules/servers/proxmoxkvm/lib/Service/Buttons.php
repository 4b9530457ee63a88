<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderIdentity;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/**
 * The additional commands that WHMCS lets people call: label => end of the function's name. Those of staff are the
 * core's table of actions, and *Confirm owner*; those of clients are the page's own functions. A `*` in a label: the
 * VM may run; `**`: it has to be stopped; `->`: a step of the creation.
 */
final class Buttons
{
    /** The only one where WHMCS names another order than the one that the VM was made for. */
    private const OWNER = ['Confirm owner' => 'ConfirmOwner'];

    /**
     * What a client may call. Not WHMCS's "custom buttons" for clients: themes turn those into links, and
     * a link must not switch a machine off. The module's page has buttons of its own.
     */
    public const CLIENT = [
        'Status' => 'ClientStatus',
        'Usage' => 'ClientUsage',
        'Action' => 'ClientAction',
        'Password' => 'ClientPassword',
        'Console' => 'ClientConsole',
        'Screen' => 'ClientScreen',
        'Reach' => 'ClientReach',
    ];

    /** @return array<string, string> every button of the admin */
    public static function all(): array
    {
        $buttons = array_filter(Native::catalogue('actions'), static fn (array $one): bool => isset($one['function']));

        return array_column($buttons, 'function', 'label');
    }

    /** @param string $function as WHMCS calls it: proxmoxkvm_SetCpuRam */
    public static function action(string $function): string
    {
        $names = array_column(Native::catalogue('actions'), 'name', 'function');

        return (string) ($names[substr($function, strlen(Module::NAME) + 1)] ?? $function);
    }

    /**
     * The admin's buttons of one service: those that its local status does not refuse. This runs on every page load, so
     * nobody asks Proxmox VE; pressing a button looks anyway.
     *
     * @param array<string, mixed> $params
     * @return array<string, string>
     */
    public static function forAdmin(array $params): array
    {
        try {
            $service = (new Params($params))->serviceId();
            $asked = ['service' => $service, 'actor' => 'admin'] + OrderIdentity::part($service);
            $shown = $service > 0 ? Native::call('show', $asked)['actions'] ?? null : null;
            if ($shown === null) {
                return self::all();
            }
            $offered = array_filter($shown, static fn (array $one): bool => isset($one['function']) && $one['allowed']);

            return array_column($offered, 'function', 'label');
        } catch (Throwable $error) {
            if ($error instanceof CoreError && $error->reason === 'other_order') {
                return self::OWNER;
            }
        }
        try {
            // Without an answer every button stays: it says itself why it does not work.
            return self::all();
        } catch (Throwable) {
            return [];
        }
    }
}
