<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** WHMCS's rows of services. */
final class Services
{
    private const LIMIT = 1000;

    /**
     * Terminated services that WHMCS still shows an address for. The core checks at Proxmox VE that a
     * machine is gone before it gives its address to somebody else.
     *
     * @param list<int> $serverIds
     * @return list<int>
     */
    public static function terminated(array $serverIds): array
    {
        return Capsule::table('tblhosting')
            ->where('domainstatus', 'Terminated')
            ->whereIn('server', $serverIds)
            ->where('dedicatedip', '<>', '')
            ->orderBy('id')
            ->limit(self::LIMIT)
            ->pluck('id')
            ->map(static fn ($id): int => (int) $id)
            ->all();
    }

    /** WHMCS's own status of a service: Pending, Active, Suspended, … */
    public static function status(int $serviceId): string
    {
        return (string) Capsule::table('tblhosting')->where('id', $serviceId)->value('domainstatus');
    }

    /** Whose a service is while it is active; 0: nobody's. */
    public static function owner(int $serviceId): int
    {
        $row = Capsule::table('tblhosting')->where('id', $serviceId)->where('domainstatus', 'Active');

        return (int) $row->value('userid');
    }

    /** The service's password, which is the machine's. WHMCS encodes what it stores. */
    public static function password(int $serviceId): string
    {
        $stored = (string) Capsule::table('tblhosting')->where('id', $serviceId)->value('password');

        return Text::plain((string) \decrypt($stored));
    }

    /** As after WHMCS's own form for a new password. @return string what is stored */
    public static function setPassword(int $serviceId, #[\SensitiveParameter] string $password): string
    {
        $stored = \encrypt($password);
        self::update($serviceId, ['password' => $stored]);

        return $stored;
    }

    /** @param array<string, string> $columns */
    public static function update(int $serviceId, array $columns): void
    {
        Capsule::table('tblhosting')->where('id', $serviceId)->update($columns);
    }
}
