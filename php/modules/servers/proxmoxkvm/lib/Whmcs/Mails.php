<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use RuntimeException;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;

/**
 * The mails of the module: what a client is told of a machine. WHMCS's own mails leave when its functions return,
 * often long before that.
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
        $chosen = Language::chosenFor($service);
        $language = Language::ofClient($chosen);
        if ($exists) {
            MailTemplates::renew($kind, $chosen);
        }
        $answer = \localAPI('SendEmail', [
            'id' => $service,
            'customvars' => base64_encode(serialize(MailFields::of($service, $entry, $language))),
        ] + ($exists
            ? ['messagename' => MailTemplates::NAMES[$kind]]
            : [
                'customtype' => 'product',
                'customsubject' => Lang::in($language, "{$kind}_subject"),
                'custommessage' => MailText::of($kind, $language),
            ]));
        if (($answer['result'] ?? '') !== 'success') {
            throw new RuntimeException((string) ($answer['message'] ?? '') ?: '?');
        }
    }
}
