<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;

/**
 * What the module has ever written into mail templates, as hashes: a template with such a text is nobody's own, and
 * gets a better text with an upgrade. Whatever else is there is the hoster's.
 */
final class MailStamps
{
    public const TABLE = 'mod_proxmoxkvm_mails';

    /** @param array<string, string> $texts its subject and message */
    public static function keep(string $name, array $texts): void
    {
        OwnTable::prepareTimes(self::TABLE, 'hash', 64, 'written');
        $row = ['hash' => self::hash($name, $texts), 'written' => time()];
        Capsule::table(self::TABLE)->insertOrIgnore([$row]);
    }

    /** @param array<string, string> $texts its subject and message */
    public static function has(string $name, array $texts): bool
    {
        return OwnTable::exists(self::TABLE)
            && Capsule::table(self::TABLE)->where('hash', self::hash($name, $texts))->exists();
    }

    /** @param array<string, string> $texts */
    private static function hash(string $name, array $texts): string
    {
        return hash('sha256', implode("\n", [$name, $texts['subject'] ?? '', $texts['message'] ?? '']));
    }
}
