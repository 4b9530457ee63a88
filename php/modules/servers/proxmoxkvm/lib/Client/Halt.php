<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Billing;

/** Why a service stands still, and the one thing that its client can do about it: pay, or ask. */
final class Halt
{
    /** @return array{why: string, button: string, url: string} */
    public static function of(Seen $seen): array
    {
        return $seen->state === 'suspended' ? self::suspended($seen) : self::delayed($seen);
    }

    /** @return array{why: string, button: string, url: string} */
    private static function suspended(Seen $seen): array
    {
        $service = $seen->whmcs->serviceId();
        $reason = Billing::suspendReason($service);
        $invoice = Billing::openInvoice($service);

        return [
            'why' => $reason === '' ? '' : Lang::text('client_suspend_reason', ['reason' => $reason]),
            'button' => Lang::text($invoice === null ? 'client_ask' : 'client_pay'),
            'url' => $invoice === null ? self::ticket($seen, 'suspended') : "viewinvoice.php?id=$invoice",
        ];
    }

    /** @return array{why: string, button: string, url: string} */
    private static function delayed(Seen $seen): array
    {
        $since = $seen->shown['build']['late']['since'] ?? $seen->service()['error']['at'] ?? null;

        return [
            'why' => is_numeric($since)
                ? Lang::text('client_delayed_since', ['time' => Locale::moment((float) $since)])
                : '',
            'button' => Lang::text('client_ask'),
            'url' => self::ticket($seen, 'delayed'),
        ];
    }

    /** WHMCS's form for a new ticket, with what support would ask for first. */
    private static function ticket(Seen $seen, string $state): string
    {
        $name = ClientView::of($seen)['title'];
        $department = Billing::department();
        $fields = [
            'step' => $department === null ? null : 2,
            'deptid' => $department,
            'subject' => Lang::text('client_ticket_subject', ['name' => $name]),
            'message' => Lang::text('client_ticket_message', [
                'name' => $name,
                'id' => (string) $seen->whmcs->serviceId(),
                'state' => Lang::text("client_state_$state"),
            ]),
        ];

        return 'submitticket.php?' . http_build_query(array_filter($fields, static fn ($one): bool => $one !== null));
    }
}
