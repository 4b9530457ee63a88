<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;

/**
 * What the core decided and WHMCS has to show: domain, user name, addresses, a note for the admins.
 *
 * The core repeats a write-back until it is acknowledged, so an interrupted one is finished by the next
 * cron run, and writing one twice does no harm.
 */
final class WriteBack
{
    /**
     * @param list<array<string, mixed>> $writeBacks
     * @param object|null $model WHMCS's model of the service at hand
     */
    public static function all(array $writeBacks, ?object $model = null): void
    {
        foreach ($writeBacks as $writeBack) {
            $service = (int) ($writeBack['service'] ?? 0);
            try {
                if (!OrderIdentity::isOf($service, $writeBack['order'] ?? null)) {
                    // What this module has under the number is somebody else's.
                    self::acknowledge($service, $writeBack);
                    continue;
                }
                $own = $model !== null && (int) ($model->id ?? 0) === $service ? $model : null;
                self::write($service, WriteBackFields::values($writeBack), $own);
                if (($writeBack['note'] ?? '') !== '') {
                    AdminNotes::append($service, $writeBack['note']);
                }
                self::acknowledge($service, $writeBack);
            } catch (Throwable $error) {
                Log::call('written_back', $writeBack, $error->getMessage(), Secrets::of([]));
            }
        }
    }

    /** @param array<string, mixed> $writeBack */
    private static function acknowledge(int $service, array $writeBack): void
    {
        Native::call('written_back', ['service' => $service, 'version' => $writeBack['version'] ?? 0]);
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
