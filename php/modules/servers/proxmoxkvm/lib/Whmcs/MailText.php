<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;

/** The text of a mail of the module, with its merge fields, as WHMCS takes it. */
final class MailText
{
    private const SIGNATURE = '<p>{$signature}</p>';

    /** Of a VM that was waited for in vain. */
    private const UNANSWERED = '{if $proxmoxkvm_unanswered}<p>{$proxmoxkvm_unanswered}</p>{/if}';

    private const OF_NEW_VMS = ['mail_ready', 'mail_reinstalled'];

    public static function of(string $kind, string $language): string
    {
        $text = Lang::in($language, "{$kind}_body");

        $text = in_array($kind, self::OF_NEW_VMS, true)
            ? str_replace(self::SIGNATURE, self::UNANSWERED . self::SIGNATURE, $text)
            : $text;

        // A mail has no page around it that would say so.
        return Language::about($language)['rtl'] ? "<div dir=\"rtl\">$text</div>" : $text;
    }
}
