<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Throwable;
use WHMCS\Database\Capsule;

/**
 * The mails of the module: what a client is told when a machine is done. WHMCS's own mails leave when its
 * functions return, often long before that.
 *
 * The core says what is to be told until it hears that it was sent, and says it to every cron that asks: the one that
 * claims the mail sends it. A PHP that dies in between leaves it to a cron run some minutes later.
 */
final class Mails
{
    /**
     * After an operation that succeeded. Throws nothing: no mail may turn it into a failure.
     *
     * @param array<string, mixed> $reply of the core
     */
    public static function after(string $verb, int $service, array $reply): void
    {
        // Without a machine there is nothing that has a password yet.
        if ($verb === 'change_password' && isset($reply['restart_needed'])) {
            $fields = ['proxmoxkvm_restart_needed' => $reply['restart_needed'] === true];
            self::send($service, MailTemplates::PASSWORD, $fields);
        }
    }

    /**
     * What the core says is to be told now. Throws nothing.
     *
     * @param list<array<string, mixed>> $mails
     */
    public static function deliver(array $mails): void
    {
        foreach ($mails as $mail) {
            $service = (int) ($mail['service'] ?? 0);
            $number = (int) ($mail['number'] ?? 0);
            try {
                if (!Claims::take("mail $service/$number")) {
                    continue;
                }
                self::deliverOne($service, $mail);
                Native::call('written_back', ['service' => $service, 'mail' => $number]);
            } catch (Throwable $error) {
                Problem::log('mail', ['service' => ['id' => $service]], $error);
            }
        }
    }

    /** @param array<string, mixed> $mail */
    private static function deliverOne(int $service, array $mail): void
    {
        $kind = (string) ($mail['kind'] ?? '');
        if (isset(MailTemplates::NAMES[$kind])) {
            self::send($service, $kind, ($mail['with_password'] ?? false) === true ? self::password($service) : []);
        }
    }

    /** @return array<string, string> the merge field, for products whose hoster wants the password in the mail */
    private static function password(int $service): array
    {
        $stored = (string) Capsule::table('tblhosting')->where('id', $service)->value('password');

        return ['proxmoxkvm_password' => Text::html(Text::plain((string) \decrypt($stored)))];
    }

    /** @param array<string, bool|string> $fields merge fields beside WHMCS's own */
    private static function send(int $service, string $kind, array $fields): void
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
