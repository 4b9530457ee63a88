<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Throwable;
use WHMCS\Utility\Environment\CurrentRequest;

/** Who asks for an operation, for the activity log of its service: which kind, WHMCS's number, and from where. */
final class Asker
{
    /** The hidden field of a form of ours: sent twice, it is one operation. */
    public const NONCE = 'proxmoxkvm_nonce';

    /**
     * @param string $actor admin, client, whmcs or cron
     * @return array{actor: string, by?: array{id: int, ip: string, nonce: string}}
     */
    public static function part(string $actor, int $client): array
    {
        if ($actor !== 'admin' && $actor !== 'client') {
            return ['actor' => $actor];
        }
        $sent = $_POST[self::NONCE] ?? '';

        return ['actor' => $actor, 'by' => [
            'id' => $actor === 'admin' ? self::admin() : $client,
            'ip' => self::ip(),
            'nonce' => is_string($sent) ? $sent : '',
        ]];
    }

    /** A new value for the hidden field of one button. */
    public static function nonce(): string
    {
        return bin2hex(random_bytes(12));
    }

    private static function admin(): int
    {
        $id = $_SESSION['adminid'] ?? 0;

        return is_numeric($id) ? (int) $id : 0;
    }

    /** WHMCS knows which proxies in front of it may say where a visitor comes from. */
    public static function ip(): string
    {
        $direct = $_SERVER['REMOTE_ADDR'] ?? '';
        try {
            $ip = method_exists(CurrentRequest::class, 'getIP') ? CurrentRequest::getIP() : $direct;
        } catch (Throwable) {
            $ip = $direct;
        }

        return is_string($ip) ? $ip : '';
    }
}
