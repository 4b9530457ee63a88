<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\SshKeys;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** The SSH keys of the client: one more, one less, and those that this machine is built with. */
final class KeysTab extends Tab
{
    public const SCRIPTS = ['keys.js'];

    private const TEXTS = [
        'keys', 'keys_help', 'keys_none', 'keys_when', 'keys_now', 'keys_now_help', 'keys_at_once', 'host_keys',
        'key_new', 'key_new_help', 'key_name', 'key_line', 'key_make', 'key_made', 'key_not_made', 'key_is_private',
    ];

    public static function isThere(Seen $seen): bool
    {
        return $seen->service() !== [] && $seen->lets('ssh_keys');
    }

    public static function of(Seen $seen): array
    {
        $buttons = array_column(ClientActions::ofGroup($seen->shown, 'ssh_keys'), null, 'name');

        return [
            'text' => Lang::named('client_', self::TEXTS),
            'add' => $buttons['ssh_key_add'] ?? null,
            'remove' => $buttons['ssh_key_remove'] ?? null,
            'choose' => $buttons['ssh_keys_choose'] ?? null,
            'write' => $buttons['ssh_keys_write'] ?? null,
            'at_once' => $seen->lets('ssh_keys_at_once'),
            'host_keys' => ($seen->service()['new_host_keys'] ?? true) === true,
            'longest' => ActionInputs::most('ssh_key_add', 'label'),
        ];
    }

    public static function live(Seen $seen): array
    {
        return self::keys($seen, true);
    }

    /** @return array<string, mixed> as SshKeys has them */
    public static function keys(Seen $seen, bool $looks): array
    {
        try {
            return SshKeys::of(SshKeys::ask($seen->whmcs, 'client', $looks));
        } catch (Throwable $error) {
            Problem::log('ssh_keys', [], $error);

            return ['failed' => Problem::forClient($error, 'client_keys_failed')];
        }
    }
}
