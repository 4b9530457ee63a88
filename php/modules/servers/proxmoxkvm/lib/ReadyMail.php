<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Throwable;
use WHMCS\Database\Capsule;

/**
 * The mail "your VM is ready".
 *
 * WHMCS sends the product's welcome mail when CreateAccount returns, long before the VM runs. A product
 * template with the name below replaces the module's own text.
 */
final class ReadyMail
{
    public const TEMPLATE = 'Proxmox KVM VM Ready';

    public static function send(int $serviceId): void
    {
        try {
            $own = Capsule::table('tblemailtemplates')->where('name', self::TEMPLATE)->exists();
            $answer = \localAPI('SendEmail', ['id' => $serviceId] + ($own
                ? ['messagename' => self::TEMPLATE]
                : [
                    'customtype' => 'product',
                    'customsubject' => Lang::text('mail_subject'),
                    'custommessage' => Lang::text('mail_body'),
                ]));
            $problem = ($answer['result'] ?? '') === 'success' ? '' : (string) ($answer['message'] ?? '');
        } catch (Throwable $error) {
            $problem = $error->getMessage();
        }
        if ($problem !== '') {
            Log::activity(Lang::text('mail_failed', ['service' => (string) $serviceId, 'why' => $problem]));
        }
    }
}
