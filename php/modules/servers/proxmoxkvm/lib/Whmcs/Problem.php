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

    /**
     * For the client: plain text that names no node, no number and no part of the hoster's set-up. The core says which
     * text that is; what it keeps from clients has only $otherwise.
     */
    public static function forClient(Throwable $error, string $otherwise = 'client_failed'): string
    {
        if ($error instanceof Refused) {
            return $error->getMessage();
        }
        if ($error instanceof CoreError && self::isTooSoon($error)) {
            return $error->againIn > self::MOST_SECONDS
                ? Lang::counted('client_again_minutes', (int) ceil($error->againIn / 60))
                : Lang::counted('client_again_seconds', $error->againIn);
        }
        $core = $error instanceof CoreError ? $error : null;
        $text = $core->client ?? $otherwise;

        return Lang::counted(Lang::has($text) ? $text : $otherwise, $core->number ?? 0);
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
