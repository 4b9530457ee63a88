<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;

/** The admin notes of a service. */
final class AdminNotes
{
    /** Adds a line, once: an operation that is repeated does not repeat its note. */
    public static function append(int $serviceId, string $note): void
    {
        Capsule::connection()->transaction(static function () use ($serviceId, $note): void {
            $row = Capsule::table('tblhosting')->where('id', $serviceId);
            $notes = (string) (clone $row)->lockForUpdate()->value('notes');
            if (!str_contains($notes, $note)) {
                $row->update(['notes' => ltrim(rtrim($notes) . "\n" . $note)]);
            }
        });
    }
}
