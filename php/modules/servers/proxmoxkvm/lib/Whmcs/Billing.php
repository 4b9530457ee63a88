<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** Where a client of a service that stands still goes on in WHMCS. Nothing where WHMCS does not say. */
final class Billing
{
    public static function suspendReason(int $service): string
    {
        $reason = static fn () => Capsule::table('tblhosting')->where('id', $service)->value('suspendreason');

        return trim(Text::plain((string) self::known($reason)));
    }

    /** The oldest unpaid invoice with this service on it. */
    public static function openInvoice(int $service): ?int
    {
        $id = self::known(static fn () => Capsule::table('tblinvoiceitems as item')
            ->join('tblinvoices as invoice', 'invoice.id', '=', 'item.invoiceid')
            ->where(['item.type' => 'Hosting', 'item.relid' => $service, 'invoice.status' => 'Unpaid'])
            ->orderBy('invoice.id')
            ->value('invoice.id'));

        return $id === null ? null : (int) $id;
    }

    /** The first department that clients may write to. */
    public static function department(): ?int
    {
        $id = self::known(static fn () => Capsule::table('tblticketdepartments')
            ->whereIn('hidden', ['', '0'])
            ->orderBy('order')
            ->value('id'));

        return $id === null ? null : (int) $id;
    }

    private static function known(callable $asked): mixed
    {
        try {
            return $asked();
        } catch (Throwable) {
            return null;
        }
    }
}
