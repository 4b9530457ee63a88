<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Closure;
use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\FormerPasswords;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/**
 * A new password. WHMCS has it before the core may give it to a machine, and the former one again where that is
 * refused, whenever that is, and where this ends before the core has heard of it.
 */
final class Renewal
{
    /** The input that asks for one. */
    public const INPUT = 'new_password';

    /** A form that is on its way is not settled by the cron. */
    private const SECONDS = 120;

    /**
     * An action as a form asks for it: where it is to come with a new password, that is made here.
     *
     * @param array<string, string> $inputs
     * @return array<string, mixed> the core's reply
     */
    public static function perform(string $action, Params $whmcs, string $actor, array $inputs): array
    {
        if (($inputs[self::INPUT] ?? '') !== '1') {
            return Entry::perform($action, $whmcs, $actor, $inputs);
        }
        $password = NewPassword::random();

        return self::with($password, $whmcs->serviceId(), static fn (string $word): array => Entry::perform(
            $action,
            $whmcs->withPassword($password),
            $actor,
            ['renewal' => $word] + $inputs
        ));
    }

    /**
     * @param Closure(string): array<string, mixed> $ask the core, which knows the password by this word
     * @return array<string, mixed> its reply
     */
    public static function with(#[\SensitiveParameter] string $password, int $service, Closure $ask): array
    {
        $word = bin2hex(random_bytes(16));
        FormerPasswords::exchange($service, $word, $password);
        try {
            return $ask($word);
        } finally {
            // Only the core knows what has become of it: a refusal may come late, and a failure may go on by itself.
            self::settle($service, $word);
        }
    }

    /** What is open of all services: asked by the cron. Throws nothing. */
    public static function settleAll(): void
    {
        try {
            $kept = FormerPasswords::keptBefore(time() - self::SECONDS);
        } catch (Throwable $error) {
            Problem::log('renewal', [], $error);

            return;
        }
        foreach ($kept as $one) {
            self::settle($one['service'], $one['word']);
        }
    }

    private static function settle(int $service, string $word): void
    {
        try {
            $renewal = self::known($service);
            if (($renewal['word'] ?? '') !== $word) {
                FormerPasswords::restore($service, $word);
            } elseif (($renewal['built'] ?? false) === true) {
                FormerPasswords::forget($service);
            } else {
                FormerPasswords::replaces($service, $word);
            }
        } catch (Throwable $error) {
            // The cron asks again.
            Problem::log('renewal', ['service' => ['id' => $service]], $error);
        }
    }

    /** @return array{word?: string, built?: bool}|null what the core knows of it; of a service that it has not: nothing */
    private static function known(int $service): ?array
    {
        try {
            return Native::call('show', ['service' => $service])['service']['renewal'] ?? null;
        } catch (CoreError $error) {
            return $error->reason === 'unknown_service' ? null : throw $error;
        }
    }
}
