<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use RuntimeException;

/** The core refused or failed. The message is one sentence for an admin and holds no secret. */
final class CoreError extends RuntimeException
{
    public function __construct(public readonly string $reason, string $message, public readonly bool $retry = false)
    {
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
            ($reply['retry'] ?? false) === true
        );
    }
}
