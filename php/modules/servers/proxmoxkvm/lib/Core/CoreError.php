<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use RuntimeException;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The core refused or failed. The message is one sentence for an admin and holds no secret. */
final class CoreError extends RuntimeException
{
    /**
     * @param int $againIn seconds until the same may be asked again; 0: nobody can tell
     * @param string|null $client the text for a client; null: it is none of a client's business
     * @param int|null $number in that text; null: it has none
     * @param bool $isOpen whether it may have been done nevertheless, or is done yet
     */
    public function __construct(
        public readonly string $reason,
        string $message,
        public readonly bool $retry = false,
        public readonly int $againIn = 0,
        public readonly ?string $client = null,
        public readonly ?int $number = null,
        public readonly bool $isOpen = false
    ) {
        parent::__construct($message);
    }

    /**
     * @param mixed $reply decoded reply of the core
     * @return array<string, mixed> the reply, when it reports success
     */
    public static function unlessOk(int $status, mixed $reply): array
    {
        if ($status === 0 && is_array($reply) && ($reply['ok'] ?? false) === true) {
            return $reply;
        }
        $reply = is_array($reply) ? $reply : [];
        throw new self(
            (string) ($reply['code'] ?? 'unknown'),
            (string) ($reply['message'] ?? Lang::text('no_reason', ['status' => (string) $status])),
            ($reply['retry'] ?? false) === true,
            is_int($reply['again_in_s'] ?? null) ? $reply['again_in_s'] : 0,
            is_string($reply['client'] ?? null) ? $reply['client'] : null,
            is_int($reply['n'] ?? null) ? $reply['n'] : null,
            ($reply['open'] ?? false) === true
        );
    }
}
