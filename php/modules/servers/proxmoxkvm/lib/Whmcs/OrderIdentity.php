<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Database\Capsule;

/**
 * Whose order a service is, for the core to compare: WHMCS gives the number of a service out again after its row was
 * deleted, or its database restored.
 */
final class OrderIdentity
{
    /** @return array<string, mixed>|null null where WHMCS has no such service */
    public static function of(int $service): ?array
    {
        return self::ofAll([$service])[$service] ?? null;
    }

    /**
     * A part of a request that is about a service: nothing where WHMCS does not have it.
     *
     * @param array<string, mixed>|null $order where somebody has asked already
     * @return array{order?: array<string, mixed>}
     */
    public static function part(int $service, ?array $order = null): array
    {
        $order ??= self::of($service);

        return $order === null ? [] : ['order' => $order];
    }

    /**
     * @param list<int> $services
     * @return array<int, array<string, mixed>> by service, those that WHMCS has
     */
    public static function ofAll(array $services): array
    {
        $orders = [];
        $rows = Capsule::table('tblhosting')
            ->leftJoin('tblorders', 'tblorders.id', '=', 'tblhosting.orderid')
            ->whereIn('tblhosting.id', $services)
            ->get([
                'tblhosting.id', 'tblhosting.userid', 'tblhosting.orderid', 'tblhosting.regdate',
                'tblhosting.domainstatus', 'tblhosting.domain', 'tblorders.ordernum',
            ]);
        foreach ($rows as $row) {
            $orders[(int) $row->id] = self::ofRow($row);
        }

        return $orders;
    }

    /** @return array<string, mixed> */
    public static function ofRow(object $row): array
    {
        return [
            'client_id' => (int) $row->userid,
            'order_id' => (int) $row->orderid,
            'order_number' => (string) $row->ordernum,
            'registered' => (string) $row->regdate,
            'status' => (string) $row->domainstatus,
            'domain' => (string) $row->domain,
        ];
    }

    /**
     * Whether a service is still whose the core says: what it tells of a service is for nobody else.
     *
     * @param mixed $known of the core's reply: client_id and order_id; nothing where it does not know them
     */
    public static function isOf(int $service, mixed $known): bool
    {
        if (!is_array($known)) {
            return true;
        }
        $now = self::of($service);
        foreach (['client_id', 'order_id'] as $key) {
            $was = (int) ($known[$key] ?? 0);
            if ($now === null || ($was !== 0 && (int) $now[$key] !== 0 && (int) $now[$key] !== $was)) {
                return false;
            }
        }

        return true;
    }
}
