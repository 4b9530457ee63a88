<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** Rescue mode as pages tell of it. Plain text. */
final class Rescue
{
    /**
     * @param array<string, mixed> $service as the core shows it
     * @return string since when it is in rescue mode, and until when; empty where it is not
     */
    public static function line(array $service): string
    {
        $rescue = $service['rescue'] ?? null;

        return !is_array($rescue) ? '' : Lang::text('client_rescue_since', [
            'at' => Locale::moment((float) $rescue['since']),
            'until' => Locale::moment((float) $rescue['ends_at']),
        ]);
    }

    /**
     * The one-time password is told here, and never again.
     *
     * @param array<string, mixed> $reply the core's, of the start of a rescue system
     */
    public static function told(string $done, array $reply): string
    {
        $password = (string) ($reply['rescue_password'] ?? '');

        return $password === '' ? $done : trim(
            $done . ' ' . Lang::text('client_rescue_password', ['password' => $password])
        );
    }
}
