<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Core\Verb;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;
use WHMCS\Module\Server\Proxmoxkvm\Support\Machine;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\FormerPasswords;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderField;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Outbox;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\SealKey;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\SystemOffers;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/**
 * Behind every operation on a service: asks the core and gives WHMCS what it expects.
 *
 * Nothing is thrown from here but by `perform`. A text for WHMCS is one sentence, escaped, without secrets.
 */
final class Entry
{
    /**
     * An operation on a service. WHMCS runs most of them in the client area as well, at an order or a payment, and
     * gives their texts to staff: only what a change of the password says is shown to the client.
     *
     * @param array<string, mixed>|Params $params
     * @param array<string, mixed> $more added to the request
     * @param callable|null $perform what is called in place of `perform`, with the same arguments
     * @return string 'success', or why not
     */
    public static function verb(
        string $verb,
        array|Params $params,
        array $more = [],
        ?callable $perform = null
    ): string {
        $actor = match (true) {
            defined('ADMINAREA') => 'admin',
            defined('CLIENTAREA') && $verb === 'change_password' => 'client',
            default => 'whmcs',
        };
        $run = static function () use ($verb, $params, $actor, $more, $perform): string {
            try {
                ($perform ?? self::perform(...))($verb, $params, $actor, $more);

                return 'success';
            } catch (Throwable $error) {
                return $actor === 'client'
                    ? Text::html(Problem::forClient($error))
                    : Problem::html($error, self::secretsOf($params));
            }
        };

        return $actor === 'client' ? $run() : Language::forStaff($run);
    }

    /**
     * The same, for whoever puts failures into other words. They are in the module log when this throws.
     *
     * @param array<string, mixed>|Params $params
     * @param array<string, mixed> $more
     * @return array<string, mixed> the core's reply
     */
    public static function perform(string $verb, array|Params $params, string $actor, array $more = []): array
    {
        Machine::mustFinish();
        $request = [];
        try {
            $whmcs = $params instanceof Params ? $params : new Params($params);
            $request = $whmcs->order($actor) + $more + self::brought($verb, $whmcs, $more);
            $reply = Native::call($verb, $request);
            // What is on a customer's screen is in no log, nor what opens it or the rescue system.
            $told = array_diff_key($reply, ['png' => '', 'grant' => '', 'rescue_password' => '']);
            Log::call($verb, $request, $told, Secrets::of($request));
            if (isset($reply['by']) && $verb === 'change_password') {
                FormerPasswords::forget($whmcs->serviceId());
            }
            if (($request['user_data'] ?? '') !== '' && $verb === 'create') {
                // The core has it, sealed, until the machine has read it.
                OrderField::UserData->forget($whmcs->serviceId(), $whmcs->productId());
            }
            Outbox::deliver($reply['outbox'] ?? [], $whmcs->model());

            return $reply;
        } catch (Throwable $error) {
            Problem::log($verb, $request, $error);
            if (isset($whmcs) && $error instanceof CoreError && $error->reason === OrderField::PRIVATE) {
                OrderField::SshKey->forget($whmcs->serviceId(), $whmcs->productId());
            }
            throw $error;
        }
    }

    /**
     * A button of the admin: the action whose function WHMCS calls.
     *
     * @param string $function such as proxmoxkvm_SetCpuRam
     * @param array<string, mixed> $params
     */
    public static function button(string $function, array $params): string
    {
        return Language::forStaff(static function () use ($function, $params): string {
            try {
                return self::verb(Buttons::action($function), $params);
            } catch (Throwable $error) {
                return Problem::html($error, []);
            }
        });
    }

    /**
     * What a verb needs beside the order, and no other is given: zones hold secrets.
     *
     * @param array<string, mixed> $more
     * @return array<string, mixed>
     */
    private static function brought(string $verb, Params $whmcs, array $more): array
    {
        $brought = [];
        foreach (Verb::named($verb, Native::catalogue('verbs'))->brings as $part) {
            $brought[$part] = match ($part) {
                'zones' => Zones::all(),
                'systems' => SystemOffers::of($whmcs->serviceId()),
                'ssh_key' => $whmcs->given(OrderField::SshKey),
                'user_data' => $whmcs->given(OrderField::UserData),
                'seal_key' => ($brought['user_data'] ?? $more['user_data'] ?? '') === ''
                    ? SealKey::known()
                    : SealKey::made(),
                default => Services::terminated([$whmcs->serverId()]),
            };
        }

        return $brought;
    }

    /**
     * @param array<string, mixed>|Params $params
     * @return array<string, mixed> as much of a request as can be made: its secrets must not be in a text
     */
    private static function secretsOf(array|Params $params): array
    {
        try {
            return ($params instanceof Params ? $params : new Params($params))->order('') + ['zones' => Zones::all()];
        } catch (Throwable) {
            return [];
        }
    }
}
