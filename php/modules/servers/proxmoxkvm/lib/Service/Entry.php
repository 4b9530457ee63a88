<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;
use WHMCS\Module\Server\Proxmoxkvm\Support\Machine;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Mails;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\WriteBack;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/**
 * Behind every operation on a service: asks the core and gives WHMCS what it expects.
 *
 * Nothing is thrown from here. A text for WHMCS is one sentence, escaped, without secrets.
 */
final class Entry
{
    /**
     * An operation on a service. WHMCS runs most of them in the client area as well, at an order or a payment, and
     * gives their texts to staff: only what a change of the password says is shown to the client.
     *
     * @param array<string, mixed>|Params $params
     * @param array<string, mixed> $more added to the request
     * @return string 'success', or why not
     */
    public static function verb(string $verb, array|Params $params, array $more = []): string
    {
        $actor = match (true) {
            defined('ADMINAREA') => 'admin',
            defined('CLIENTAREA') && $verb === 'change_password' => 'client',
            default => 'whmcs',
        };
        $run = static function () use ($verb, $params, $actor, $more): string {
            try {
                self::perform($verb, $params, $actor, $more);

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
            $request = $whmcs->order($actor) + $more
                + ['terminated' => Services::terminated([$whmcs->serverId()]), 'zones' => Zones::all()];
            $reply = Native::call($verb, $request);
            Log::call($verb, $request, $reply, Secrets::of($request));
            WriteBack::all($reply['write_backs'] ?? [], $whmcs->model());
            Mails::after($verb, $whmcs->serviceId(), $reply);

            return $reply;
        } catch (Throwable $error) {
            Problem::log($verb, $request, $error);
            throw $error;
        }
    }

    /**
     * Forces one step of the pipeline.
     *
     * @param array<string, mixed> $params
     */
    public static function step(string $step, array $params): string
    {
        return self::verb('run_step', $params, ['step' => $step]);
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
