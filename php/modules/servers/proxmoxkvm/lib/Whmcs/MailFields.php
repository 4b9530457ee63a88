<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What a mail of the module says beside WHMCS's own merge fields. */
final class MailFields
{
    /**
     * @param array<string, mixed> $entry
     * @return array<string, bool|string> merge fields beside WHMCS's own
     */
    public static function of(int $service, array $entry, string $language): array
    {
        $addresses = array_map(strval(...), $entry['addresses'] ?? []);
        $fields = [
            'proxmoxkvm_addresses' => implode('<br>', array_map(Text::html(...), $addresses)),
            'proxmoxkvm_ssh' => Text::html(Text::ssh((string) ($entry['username'] ?? ''), $addresses[0] ?? '')),
            'proxmoxkvm_link' => self::link($service),
        ];
        if (isset($entry['restart_needed'])) {
            $fields['proxmoxkvm_restart_needed'] = $entry['restart_needed'] === true;
        }
        if (isset($entry['unanswered_minutes'])) {
            $told = Lang::countedIn($language, 'mail_unanswered', (int) $entry['unanswered_minutes']);
            $fields['proxmoxkvm_unanswered'] = Text::html($told);
        }
        if (isset($entry['action'])) {
            $fields['proxmoxkvm_action'] = Text::html(Lang::in($language, "mail_what_$entry[action]"));
        }
        if (($entry['with_password'] ?? false) === true) {
            $fields['proxmoxkvm_password'] = Text::html(Services::password($service));
        }

        return $fields;
    }

    private static function link(int $service): string
    {
        $url = (string) Capsule::table('tblconfiguration')->where('setting', 'SystemURL')->value('value');

        return $url === '' ? ''
            : Text::html(rtrim($url, '/') . "/clientarea.php?action=productdetails&id=$service");
    }
}
