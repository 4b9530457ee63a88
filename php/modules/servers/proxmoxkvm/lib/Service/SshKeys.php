<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** The SSH keys of a service's client as pages show them, from the core's answer. Plain text. */
final class SshKeys
{
    /** Of these OpenSSH's name says less than people call it. */
    private const KINDS = [
        'ssh-ed25519' => 'Ed25519',
        'ssh-rsa' => 'RSA',
        'ecdsa-sha2-nistp256' => 'ECDSA 256',
        'ecdsa-sha2-nistp384' => 'ECDSA 384',
        'ecdsa-sha2-nistp521' => 'ECDSA 521',
        'sk-ssh-ed25519@openssh.com' => 'Ed25519-SK',
        'sk-ecdsa-sha2-nistp256@openssh.com' => 'ECDSA-SK',
    ];

    /**
     * WHMCS has deleted a client. Throws nothing.
     *
     * @param array<string, mixed> $vars of the hook
     */
    public static function clientDeleted(array $vars): void
    {
        $request = ['client_id' => is_numeric($vars['userid'] ?? null) ? (int) $vars['userid'] : 0];
        try {
            Native::call('client_deleted', $request);
        } catch (Throwable $error) {
            Problem::log('client_deleted', $request, $error);
        }
    }

    /**
     * @param bool $looks whether it is to be seen what the virtual machine has
     * @return array<string, mixed> the core's answer
     */
    public static function ask(Params $whmcs, string $actor, bool $looks): array
    {
        return Native::call('ssh_keys', [
            'service' => $whmcs->serviceId(),
            'client_id' => $whmcs->clientId(),
            'package' => $whmcs->package(),
            'actor' => $actor,
        ] + ($looks ? ['server' => $whmcs->server()] : []) + $whmcs->identity());
    }

    /**
     * @param array<string, mixed> $page
     * @return array<string, mixed> rows, the oldest first, and whether the virtual machine has what is chosen
     */
    public static function of(array $page): array
    {
        $rows = array_map(self::row(...), array_values($page['keys'] ?? []));
        $isChosen = in_array(true, array_column($rows, 'chosen'), true);
        $written = $page['written'] ?? null;

        return [
            'failed' => '',
            'rows' => $rows,
            'is_empty' => $rows === [],
            'has_rows' => $rows !== [],
            'count' => Lang::text('client_snapshots_count', [
                'have' => (string) count(array_filter($rows, static fn (array $row): bool => $row['stored'])),
                'most' => (string) ($page['most'] ?? 0),
            ]),
            'state' => match (true) {
                $written === false => Lang::text('client_keys_pending'),
                $written === true && $isChosen => Lang::text('client_keys_written'),
                default => '',
            },
            'pending' => $written === false,
        ];
    }

    /**
     * @param array<string, mixed> $one
     * @return array<string, mixed>
     */
    private static function row(array $one): array
    {
        $at = $one['added_at'] ?? null;
        $kind = (string) ($one['kind'] ?? '');

        return [
            'fingerprint' => (string) $one['fingerprint'],
            'name' => (string) $one['name'],
            'kind' => self::KINDS[$kind] ?? $kind,
            'at' => $at === null
                ? Lang::text('client_key_not_stored')
                : Lang::text('client_key_added', ['at' => Locale::moment((float) $at)]),
            'stored' => $at !== null,
            'chosen' => ($one['chosen'] ?? false) === true,
        ];
    }
}
