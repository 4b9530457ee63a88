<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Tools;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreLocation;
use WHMCS\Module\Server\Proxmoxkvm\Core\StoreOwner;
use WHMCS\Module\Server\Proxmoxkvm\Core\Whereabouts;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** Which WHMCS the store belongs to, after one was moved or copied. */
final class Installations
{
    /** @return ?array{from: string, to: string, at: int} another address, of which nobody has said yet what it means */
    public static function addressChange(): ?array
    {
        $change = self::say([])['address_change'] ?? null;

        return is_array($change) ? [
            'from' => (string) ($change['from'] ?? ''),
            'to' => (string) ($change['to'] ?? ''),
            'at' => (int) ($change['at'] ?? 0),
        ] : null;
    }

    /** What staff have to know of it; nothing where all is as before. */
    public static function addressSentence(): string
    {
        $change = self::addressChange();

        return $change === null ? '' : Lang::text('address_changed', [
            'from' => $change['from'],
            'to' => $change['to'],
            'at' => date('Y-m-d H:i', $change['at']),
        ]);
    }

    /** The same WHMCS, in another place or with another address. */
    public static function moved(): void
    {
        self::say(['as' => 'moved']);
    }

    /** Called by installation.php. Throws nothing. @return int 0 done, 1 not */
    public static function alone(bool $moved, bool $copy): int
    {
        try {
            if ($moved === $copy) {
                throw new Unavailable(Lang::text('installation_usage'));
            }
            StoreOwner::mustBeUs(StoreLocation::current());
            self::say(['as' => $moved ? 'moved' : 'copy']);
            echo Lang::text($moved ? 'installation_moved' : 'installation_copy'), PHP_EOL;

            return 0;
        } catch (Throwable $error) {
            echo $error->getMessage(), PHP_EOL;

            return 1;
        }
    }

    /**
     * @param array<string, string> $request
     * @return array<string, mixed>
     */
    private static function say(array $request): array
    {
        return Native::call('installation', ['home' => Whereabouts::ofThis()] + $request);
    }
}
