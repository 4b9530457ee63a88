<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/**
 * The password of a service, for the client who asks for it: by a form of the page, in the answer to that form and
 * nowhere else. It is in no page that a link leads to, in no cache and in no log.
 */
final class ClientPassword
{
    private const TEXTS = ['password_new', 'password_new_sure', 'password_new_doing', 'password_restart_now'];

    /** What the page of this one request shows. */
    private static string $shown = '';
    private static string $note = '';
    private static bool $restart = false;

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $post
     * @return array{ok: bool, message: string, password: string}
     */
    public static function ask(array $params, string $method, array $post): array
    {
        self::$shown = '';
        try {
            $whmcs = new Params($params);
            Visitor::mayChange($whmcs, $method, $post);
            self::mustBeAllowed($whmcs);
            self::$shown = Services::password($whmcs->serviceId());
        } catch (Throwable $error) {
            if (!$error instanceof Refused) {
                Problem::log('client password', [], $error);
            }

            return ['ok' => false, 'message' => Problem::forClient($error), 'password' => ''];
        }
        if (!headers_sent()) {
            header('Cache-Control: no-store');
        }

        return ['ok' => true, 'message' => '', 'password' => self::$shown];
    }

    /** Throws where the product keeps the password from its customers. */
    public static function mustBeAllowed(Params $whmcs): void
    {
        $request = ['service' => $whmcs->serviceId(), 'package' => $whmcs->package()] + $whmcs->identity();
        if (!self::isAllowed(Native::call('show', $request))) {
            throw new Refused(Lang::text('client_forbidden'));
        }
    }

    /**
     * A new one, in the page of this one request.
     *
     * @param array{message: string, password: string, restart?: bool} $answer
     */
    public static function shows(array $answer): void
    {
        [self::$shown, self::$note] = [$answer['password'], $answer['message']];
        self::$restart = $answer['restart'] ?? false;
        if (!headers_sent()) {
            header('Cache-Control: no-store');
        }
    }

    /**
     * @param array<string, mixed> $shown the core's answer
     * @return array<string, mixed>|null null where the product does not allow it
     */
    public static function forPage(array $shown): ?array
    {
        return self::isAllowed($shown) ? [
            'title' => Lang::text('client_password'),
            'show' => Lang::text('client_password_show'),
            'shown' => self::$shown,
            'note' => self::$note,
            'restart' => self::$restart,
            'text' => Lang::named('client_', self::TEXTS),
        ] : null;
    }

    /** A product that says nothing about it allows it. @param array<string, mixed> $shown */
    public static function isAllowed(array $shown): bool
    {
        return ($shown['permissions']['password'] ?? true) === true;
    }
}
