<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** Why something was not done, for whoever reads it. */
final class Problem
{
    /** Text for a client => reasons of the core that it is for. Anything else is none of the client's business. */
    private const FOR_CLIENTS = [
        'client_running' => ['running', 'already_running'],
        'client_stopped' => ['already_stopped'],
        'client_suspended' => ['suspended'],
        'client_busy' => ['wrong_status', 'locked', 'task_running', 'power_unknown', 'busy', 'lease_lost'],
        'client_under_way' => ['under_way'],
        'client_forbidden' => ['not_for_clients'],
        'client_rdns_forward' => ['rdns_forward'],
        'client_rdns_bad_name' => ['rdns_bad_name'],
        'client_rdns_address' => ['not_own_address'],
        // Of a client's verbs only a reverse name asks DNS.
        'client_rdns_unknown' => ['dns'],
        'client_gone' => ['terminating', 'no_guest', 'unknown_service'],
    ];

    /** A longer time is told in minutes. */
    private const MOST_SECONDS = 120;

    /**
     * For staff: one sentence, escaped, because WHMCS prints it as it is; without secrets.
     *
     * @param array<string, mixed> $request
     */
    public static function html(Throwable $error, array $request): string
    {
        $missing = Forbidden::function($error);
        if ($missing !== null) {
            // What masks a text may be what is missing.
            return $missing;
        }
        $text = $error instanceof CoreError || $error instanceof Unavailable
            ? $error->getMessage()
            : Lang::text('internal', [
                'what' => $error->getMessage(),
                'place' => basename($error->getFile()) . ':' . $error->getLine(),
            ]);

        return Text::html(Secrets::of($request)->mask($text));
    }

    /** For the client: plain text that names no node, no number and no part of the hoster's set-up. */
    public static function forClient(Throwable $error): string
    {
        if ($error instanceof Refused) {
            return $error->getMessage();
        }
        if (self::isTooSoon($error)) {
            return $error->againIn > self::MOST_SECONDS
                ? Lang::text('client_again_minutes', ['minutes' => (string) ceil($error->againIn / 60)])
                : Lang::text('client_again_seconds', ['seconds' => (string) $error->againIn]);
        }
        foreach ($error instanceof CoreError ? self::FOR_CLIENTS : [] as $text => $reasons) {
            if (in_array($error->reason, $reasons, true)) {
                return Lang::text($text);
            }
        }

        return Lang::text('client_failed');
    }

    /** Whether a client asks for something too often: it is told when it may again. */
    public static function isTooSoon(Throwable $error): bool
    {
        return $error instanceof CoreError && $error->againIn > 0;
    }

    /** @param array<string, mixed> $request */
    public static function log(string $verb, array $request, Throwable $error): void
    {
        try {
            Log::call($verb, $request, $error::class . ': ' . $error->getMessage(), Secrets::of($request));
        } catch (Throwable) {
            // What is told to a person does not depend on the log.
        }
    }
}
