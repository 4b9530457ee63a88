<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The module's mail templates in WHMCS: made when they are missing, and the hoster's from then on. */
final class MailTemplates
{
    public const READY = 'mail_ready';
    public const REINSTALLED = 'mail_reinstalled';
    public const PACKAGE = 'mail_package';
    public const PASSWORD = 'mail_password';

    /** Kind of the outbox => name of its template, by which WHMCS finds it. */
    public const NAMES = [
        self::READY => 'Proxmox KVM VM Ready',
        self::REINSTALLED => 'Proxmox KVM VM Reinstalled',
        self::PACKAGE => 'Proxmox KVM Package Changed',
        self::PASSWORD => 'Proxmox KVM Password Changed',
    ];

    private const TABLE = 'tblemailtemplates';

    /** @return bool|null whether WHMCS has the template; null when the hoster switched it off */
    public static function exists(string $kind): ?bool
    {
        $template = Capsule::table(self::TABLE)->where('name', self::NAMES[$kind])->orderBy('language')->first();
        if ($template === null) {
            return self::make($kind);
        }

        return (int) ($template->disabled ?? 0) === 1 ? null : true;
    }

    /** The texts have merge fields of WHMCS only, and the password is not one of them. */
    private static function make(string $kind): bool
    {
        $row = [
            'type' => 'product',
            'name' => self::NAMES[$kind],
            'subject' => Lang::ofSystem("{$kind}_subject"),
            'message' => Lang::ofSystem("{$kind}_body"),
            'attachments' => '',
            'fromname' => '',
            'fromemail' => '',
            'disabled' => 0,
            'custom' => 1,
            'language' => '',
            'copyto' => '',
            'plaintext' => 0,
        ];
        try {
            if (!Claims::take("template $kind")) {
                // Another web server makes it at this moment.
                return false;
            }
            $columns = array_flip(Capsule::schema()->getColumnListing(self::TABLE));
            Capsule::table(self::TABLE)->insert(array_intersect_key($row, $columns));

            return true;
        } catch (Throwable) {
            // A WHMCS whose table wants more: the mail leaves all the same, with the text itself.
            return false;
        }
    }
}
