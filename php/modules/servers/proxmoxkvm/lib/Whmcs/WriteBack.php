<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

/**
 * What the core decided and WHMCS has to show: domain, user name, addresses, a note for the admins. Writing one twice
 * does no harm.
 */
final class WriteBack
{
    /**
     * @param array<string, mixed> $writeBack of the outbox
     * @param object|null $model WHMCS's model of the service at hand
     */
    public static function deliver(int $service, array $writeBack, ?object $model): void
    {
        $own = $model !== null && (int) ($model->id ?? 0) === $service ? $model : null;
        self::write($service, WriteBackFields::values($writeBack), $own);
        if (is_array($writeBack['system'] ?? null)) {
            SystemChoice::write($service, $writeBack['system']);
        }
        if (($writeBack['note'] ?? '') !== '') {
            AdminNotes::append($service, $writeBack['note']);
        }
    }

    /** @param array<string, string> $values */
    private static function write(int $service, array $values, ?object $model): void
    {
        if ($model !== null && isset($model->serviceProperties)) {
            $model->serviceProperties->save(WriteBackFields::named($values, 0));
            // WHMCS has no service property for this one.
            $values = array_intersect_key($values, ['assigned_ips' => '']);
        } elseif (self::throughApi($service, $values)) {
            return;
        }
        if ($values !== []) {
            Services::update($service, WriteBackFields::named($values, 2));
        }
    }

    /** @param array<string, string> $values */
    private static function throughApi(int $service, array $values): bool
    {
        $named = WriteBackFields::named($values, 1);
        // The API takes an empty value for no value.
        $empty = array_keys($named, '', true);
        $answer = \localAPI(
            'UpdateClientProduct',
            ['serviceid' => $service] + $named + ($empty === [] ? [] : ['unset' => $empty])
        );

        return ($answer['result'] ?? '') === 'success';
    }
}
