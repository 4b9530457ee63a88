<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Throwable;

/**
 * The mails of the module: what a client is told when a machine is done. WHMCS's own mails leave when its
 * functions return, often long before that.
 *
 * What the cron finishes is put down first and sent when it is done, by whichever cron run sees it.
 */
final class Mails
{
    private const READY = 'ready';

    /**
     * After an operation that succeeded. Throws nothing: no mail may turn it into a failure.
     *
     * @param array<string, mixed> $reply of the core
     */
    public static function after(string $verb, int $service, array $reply): void
    {
        try {
            $status = $reply['service']['status'] ?? '';
            match (true) {
                $verb === 'create' && $status !== self::READY => MailQueue::put($service, MailTemplates::READY),
                // A new machine is told of as such, whatever else was under way.
                $verb === 'reinstall' => MailQueue::replace($service, MailTemplates::REINSTALLED),
                // A machine that is still being built is built by the new package.
                $verb === 'change_package' && $status === $verb => MailQueue::put($service, MailTemplates::PACKAGE),
                in_array($verb, ['terminate', 'vm_remove'], true) => MailQueue::replace($service, null),
                // Without a machine there is nothing that has a password yet.
                $verb === 'change_password' && isset($reply['restart_needed']) => self::send(
                    $service,
                    MailTemplates::PASSWORD,
                    ['proxmoxkvm_restart_needed' => $reply['restart_needed'] === true]
                ),
                default => null,
            };
        } catch (Throwable $error) {
            Problem::log('mail', ['service' => ['id' => $service]], $error);
        }
    }

    /**
     * What the cron run finished.
     *
     * @param list<int> $built services whose machine was built to its end in this run
     */
    public static function deliver(array $built): void
    {
        try {
            $waiting = MailQueue::all();
            foreach ($built as $service) {
                $kinds = $waiting[$service] ?? [];
                $anew = in_array(MailTemplates::REINSTALLED, $kinds, true);
                MailQueue::replace($service, null);
                self::send($service, $anew ? MailTemplates::REINSTALLED : MailTemplates::READY);
                unset($waiting[$service]);
            }
            foreach ($waiting as $service => $kinds) {
                self::deliverTo($service, $kinds);
            }
        } catch (Throwable $error) {
            Problem::log('mail', [], $error);
        }
    }

    /** @param list<string> $kinds */
    private static function deliverTo(int $service, array $kinds): void
    {
        try {
            $shown = Native::call('show', ['service' => $service])['service'] ?? [];
        } catch (CoreError $error) {
            if ($error->reason === 'unknown_service') {
                MailQueue::replace($service, null);
            }

            return;
        }
        if (($shown['status'] ?? '') !== self::READY || ($shown['suspended'] ?? false) === true) {
            return;
        }
        foreach ($kinds as $kind) {
            // Whoever takes it out sends it: two cron runs never send it twice.
            if (MailQueue::take($service, $kind)) {
                self::send($service, $kind);
            }
        }
    }

    /** @param array<string, bool> $fields merge fields beside WHMCS's own */
    private static function send(int $service, string $kind, array $fields = []): void
    {
        try {
            $exists = MailTemplates::exists($kind);
            if ($exists === null) {
                return;
            }
            $answer = \localAPI('SendEmail', ['id' => $service] + ($exists
                ? ['messagename' => MailTemplates::NAMES[$kind]]
                : [
                    'customtype' => 'product',
                    'customsubject' => Lang::ofSystem("mail_{$kind}_subject"),
                    'custommessage' => Lang::ofSystem("mail_{$kind}_body"),
                ]) + ($fields === [] ? [] : ['customvars' => base64_encode(serialize($fields))]));
            $problem = ($answer['result'] ?? '') === 'success' ? '' : (string) ($answer['message'] ?? '?');
        } catch (Throwable $error) {
            $problem = $error->getMessage();
        }
        if ($problem !== '') {
            Log::activity(Lang::text('mail_failed', [
                'mail' => MailTemplates::NAMES[$kind],
                'service' => (string) $service,
                'why' => $problem,
            ]));
        }
    }
}
