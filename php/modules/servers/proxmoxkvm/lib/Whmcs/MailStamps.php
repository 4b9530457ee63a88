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

    public static function keep(string $name, string $subject, string $message): void
    {
        OwnTable::prepareTimes(self::TABLE, 'hash', 64, 'written');
        $row = ['hash' => self::hash($name, $subject, $message), 'written' => time()];
        Capsule::table(self::TABLE)->insertOrIgnore([$row]);
    }

    public static function has(string $name, string $subject, string $message): bool
    {
        return OwnTable::exists(self::TABLE)
            && Capsule::table(self::TABLE)->where('hash', self::hash($name, $subject, $message))->exists();
    }

    private static function hash(string $name, string $subject, string $message): string
    {
        return hash('sha256', "$name\n$subject\n$message");
    }
}
