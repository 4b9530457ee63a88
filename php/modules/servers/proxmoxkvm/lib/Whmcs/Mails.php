<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/**
 * The mails of the module: what a client is told when a machine is done. WHMCS's own mails leave when its
 * functions return, often long before that.
 *
 * The core says what is to be told until it hears that it was sent, and says it to every cron that asks: the one that
 * claims the mail sends it. What WHMCS refuses, or a PHP that died in between has left, is for a later cron run.
 */
final class Mails
{
    /** At least for so long a mail is tried again. */
    private const TRIED_SECONDS = 24 * 3600;

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
            $why = self::send($service, MailTemplates::PASSWORD, $fields);
            if ($why !== '') {
                Log::activity(self::report('mail_failed', MailTemplates::PASSWORD, $service, $why));
            }
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
                self::deliverOne($service, $number, $mail);
            } catch (Throwable $error) {
                Problem::log('mail', ['service' => ['id' => $service]], $error);
            }
        }
    }

    /** @param array<string, mixed> $mail */
    private static function deliverOne(int $service, int $number, array $mail): void
    {
        $age = time() - Claims::since("due mail $service/$number");
        // Ever more seldom: WHMCS may have sent it and failed after that.
        if (!Claims::take("mail $service/$number", intdiv($age, 2))) {
            return;
        }
        $kind = (string) ($mail['kind'] ?? '');
        $why = isset(MailTemplates::NAMES[$kind]) && OrderIdentity::isOf($service, $mail['order'] ?? null)
            ? self::send($service, $kind, [], ($mail['with_password'] ?? false) === true)
            : '';
        if ($why !== '') {
            $isLast = $age >= self::TRIED_SECONDS;
            Log::activityOnce(self::report($isLast ? 'mail_failed' : 'mail_again', $kind, $service, $why));
            if (!$isLast) {
                return;
            }
        }
        Native::call('written_back', ['service' => $service, 'mail' => $number]);
    }

    /** @return array<string, string> the merge field, for products whose hoster wants the password in the mail */
    private static function password(int $service): array
    {
        return ['proxmoxkvm_password' => Text::html(Services::password($service))];
    }

    /**
     * @param array<string, bool|string> $fields merge fields beside WHMCS's own
     * @return string why not; empty when it was sent, or the hoster wants no such mail
     */
    private static function send(int $service, string $kind, array $fields, bool $withPassword = false): string
    {
        try {
            $exists = MailTemplates::exists($kind);
            if ($exists === null) {
                return '';
            }
            $fields += $withPassword ? self::password($service) : [];
            $answer = \localAPI('SendEmail', ['id' => $service] + ($exists
                ? ['messagename' => MailTemplates::NAMES[$kind]]
                : [
                    'customtype' => 'product',
                    'customsubject' => Lang::ofSystem("mail_{$kind}_subject"),
                    'custommessage' => Lang::ofSystem("mail_{$kind}_body"),
                ]) + ($fields === [] ? [] : ['customvars' => base64_encode(serialize($fields))]));

            return ($answer['result'] ?? '') === 'success' ? '' : ((string) ($answer['message'] ?? '') ?: '?');
        } catch (Throwable $error) {
            return $error->getMessage() ?: $error::class;
        }
    }

    private static function report(string $text, string $kind, int $service, string $why): string
    {
        $values = ['mail' => MailTemplates::NAMES[$kind], 'service' => (string) $service, 'why' => $why];

        return Language::forStaff(static fn (): string => Lang::text($text, $values));
    }
}
