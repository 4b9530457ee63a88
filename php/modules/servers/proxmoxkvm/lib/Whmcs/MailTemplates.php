<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;

/** The module's mail templates in WHMCS: made when they are missing, and the hoster's once these have changed them. */
final class MailTemplates
{
    public const READY = 'mail_ready';
    public const REINSTALLED = 'mail_reinstalled';
    public const RESTORED = 'mail_restored';
    public const RESTORE_FAILED = 'mail_restore_failed';
    public const PACKAGE = 'mail_package';
    public const PASSWORD = 'mail_password';
    public const SUSPENDED = 'mail_suspended';
    public const DELAYED = 'mail_delayed';
    public const FAILED = 'mail_failed';
    public const TERMINATED = 'mail_terminated';

    /** Kind of the outbox => name of its template, by which WHMCS finds it. */
    public const NAMES = [
        self::READY => 'Proxmox KVM VM Ready',
        self::REINSTALLED => 'Proxmox KVM VM Reinstalled',
        self::RESTORED => 'Proxmox KVM VM Restored',
        self::RESTORE_FAILED => 'Proxmox KVM Restore Failed',
        self::PACKAGE => 'Proxmox KVM Package Changed',
        self::PASSWORD => 'Proxmox KVM Password Changed',
        self::SUSPENDED => 'Proxmox KVM VM Suspended',
        self::DELAYED => 'Proxmox KVM VM Delayed',
        self::FAILED => 'Proxmox KVM Change Failed',
        self::TERMINATED => 'Proxmox KVM VM Removed',
    ];

    /** WHMCS has a mail of its own for these: the hoster chooses. */
    private const OFF_AT_FIRST = [self::SUSPENDED];

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

    /**
     * As the module's texts are now, and into a language that a client has chosen since they were made. One that the
     * hoster has changed stays, and is for everybody.
     *
     * @param string $chosen as WHMCS calls it
     */
    public static function renew(string $kind, string $chosen): void
    {
        try {
            $isOurs = [];
            foreach (Capsule::table(self::TABLE)->where('name', self::NAMES[$kind])->get() as $template) {
                $isOurs[(string) $template->language] = self::refresh($kind, $template);
            }
            if (
                in_array($chosen, self::languages([$chosen]), true) && ($isOurs[''] ?? false)
                && !isset($isOurs[$chosen]) && Claims::take("template $kind $chosen")
            ) {
                self::insert([self::row($kind, $chosen)]);
            }
        } catch (Throwable) {
            // The mail leaves all the same, in the language of the installation.
        }
    }

    /**
     * An upgrade may say it better, and the installation may have another language by now.
     *
     * @return bool whether it is as the module has made it
     */
    private static function refresh(string $kind, object $template): bool
    {
        $texts = ['subject' => true, 'message' => true];
        $fresh = array_map(strval(...), array_intersect_key(self::row($kind, (string) $template->language), $texts));
        $found = array_map(strval(...), array_intersect_key((array) $template, $texts));
        if (array_diff_assoc($fresh, $found) === []) {
            MailStamps::keep(self::NAMES[$kind], $fresh);

            return true;
        }
        if (!MailStamps::has(self::NAMES[$kind], $found)) {
            return false;
        }
        MailStamps::keep(self::NAMES[$kind], $fresh);
        // Unless the hoster is just saving another one.
        Capsule::table(self::TABLE)->where('id', $template->id)->where($found)->update($fresh);

        return true;
    }

    /**
     * In the language of the installation for everybody, and in each other one that a client has chosen.
     *
     * @return bool|null whether WHMCS has it now; null where it is off at first
     */
    private static function make(string $kind): ?bool
    {
        try {
            if (!Claims::take("template $kind")) {
                // Another web server makes it at this moment.
                return false;
            }
            $chosen = Capsule::table('tblclients')->distinct()->pluck('language')->all();
            $languages = ['', ...self::languages(array_filter($chosen, is_string(...)))];
            self::insert(array_map(static fn (string $one): array => self::row($kind, $one), $languages));

            return in_array($kind, self::OFF_AT_FIRST, true) ? null : true;
        } catch (Throwable) {
            // A WHMCS whose table wants more: the mail leaves all the same, with the text itself.
            return false;
        }
    }

    /**
     * @param array<string> $chosen by clients, as WHMCS calls them
     * @return list<string> those with texts of their own
     */
    private static function languages(array $chosen): array
    {
        $others = [null, Language::ofSystem()];

        return array_values(array_filter(
            $chosen,
            static fn (string $one): bool => !in_array(Language::complete($one), $others, true)
        ));
    }

    /**
     * At once: of what somebody began who died, nobody would write the rest.
     *
     * @param list<array<string, int|string>> $rows
     */
    private static function insert(array $rows): void
    {
        foreach ($rows as $row) {
            MailStamps::keep((string) $row['name'], array_map(strval(...), $row));
        }
        $columns = array_flip(Capsule::schema()->getColumnListing(self::TABLE));
        Capsule::table(self::TABLE)->insert(array_map(
            static fn (array $row): array => array_intersect_key($row, $columns),
            $rows
        ));
    }

    /**
     * @param string $chosen the language that clients have chosen, as WHMCS calls it; empty for all others
     * @return array<string, int|string>
     */
    private static function row(string $kind, string $chosen): array
    {
        $language = Language::ofClient($chosen);

        return [
            'type' => 'product',
            'name' => self::NAMES[$kind],
            'subject' => Lang::in($language, "{$kind}_subject"),
            'message' => MailText::of($kind, $language),
            'attachments' => '',
            'fromname' => '',
            'fromemail' => '',
            'disabled' => (int) in_array($kind, self::OFF_AT_FIRST, true),
            'custom' => 1,
            'language' => $chosen,
            'copyto' => '',
            'plaintext' => 0,
        ];
    }
}
