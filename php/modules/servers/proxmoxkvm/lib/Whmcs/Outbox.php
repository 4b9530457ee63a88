<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * What WHMCS and its clients have to hear of at least once. The core hands each to one worker and waits to be told
 * that it arrived; what failed, or what a PHP that died has left, it hands out again, ever more seldom.
 */
final class Outbox
{
    /** Less than the core waits for whoever has taken something. */
    public const SECONDS = 120.0;

    /**
     * Delivers what the core has handed over. Throws nothing: an operation that succeeded stays one.
     *
     * @param list<array<string, mixed>> $entries
     * @param object|null $model WHMCS's model of the service at hand
     * @param float $seconds after which no other one is begun, and the rest is left to the next worker: a mail server
     *     may be slow, and who has taken them is thought to be dead after a while
     * @return string|null why the last one that failed did not arrive; null where all did
     */
    public static function deliver(array $entries, ?object $model = null, float $seconds = self::SECONDS): ?string
    {
        $last = null;
        $end = microtime(true) + $seconds;
        foreach (array_values($entries) as $place => $entry) {
            $answer = ['id' => (int) ($entry['id'] ?? 0)];
            if ($place > 0 && microtime(true) >= $end) {
                self::acknowledge($answer + ['left' => true]);
                continue;
            }
            try {
                self::deliverOne($entry, $model);
            } catch (Throwable $error) {
                $last = Secrets::of([])->mask($error->getMessage() ?: $error::class);
                $answer['error'] = $last;
                Log::call('deliver', $entry, $last, Secrets::of([]));
            }
            self::acknowledge($answer);
        }

        return $last;
    }

    /** @param array<string, mixed> $entry */
    private static function deliverOne(array $entry, ?object $model): void
    {
        $service = (int) ($entry['service'] ?? 0);
        if (!OrderIdentity::isOf($service, $entry['order'] ?? null)) {
            // What this module has under the number is somebody else's: nobody has to hear of it.
            return;
        }
        $kind = (string) ($entry['kind'] ?? '');
        match (true) {
            $kind === 'write_back' => WriteBack::deliver($service, $entry, $model),
            isset(MailTemplates::NAMES[$kind]) => Mails::deliver($service, $kind, $entry),
            default => throw new Unavailable(Lang::text('outbox_unknown', ['kind' => $kind])),
        };
    }

    /** @param array{id: int, error?: string, left?: bool} $answer */
    private static function acknowledge(array $answer): void
    {
        try {
            $givenUp = Native::call('acknowledge', $answer)['given_up'] ?? null;
            if (is_string($givenUp)) {
                Log::activity($givenUp);
            }
        } catch (Throwable $error) {
            Problem::log('acknowledge', $answer, $error);
        }
    }
}
