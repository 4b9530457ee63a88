<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use RuntimeException;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/**
 * The mails of the module: what a client is told when a machine is done. WHMCS's own mails leave when its
 * functions return, often long before that.
 */
final class Mails
{
    /**
     * Sends one, unless the hoster has switched it off.
     *
     * @param array<string, mixed> $entry of the outbox
     */
    public static function deliver(int $service, string $kind, array $entry): void
    {
        $exists = MailTemplates::exists($kind);
        if ($exists === null) {
            return;
        }
        $fields = self::fields($service, $entry);
        $answer = \localAPI('SendEmail', ['id' => $service] + ($exists
            ? ['messagename' => MailTemplates::NAMES[$kind]]
            : [
                'customtype' => 'product',
                'customsubject' => Lang::ofSystem("{$kind}_subject"),
                'custommessage' => Lang::ofSystem("{$kind}_body"),
            ]) + ($fields === [] ? [] : ['customvars' => base64_encode(serialize($fields))]));
        if (($answer['result'] ?? '') !== 'success') {
            throw new RuntimeException((string) ($answer['message'] ?? '') ?: '?');
        }
    }

    /**
     * @param array<string, mixed> $entry
     * @return array<string, bool|string> merge fields beside WHMCS's own
     */
    private static function fields(int $service, array $entry): array
    {
        $fields = [];
        if (isset($entry['restart_needed'])) {
            $fields['proxmoxkvm_restart_needed'] = $entry['restart_needed'] === true;
        }
        if (($entry['with_password'] ?? false) === true) {
            $fields['proxmoxkvm_password'] = Text::html(Services::password($service));
        }

        return $fields;
    }
}
