<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/** A verb of the library, as its catalogue says: the function that takes it, and what has to be brought. */
final class Verb
{
    /**
     * @param string $function of the C ABI, without its prefix
     * @param array<string, string> $named what the function is told beside the request
     * @param list<string> $brings parts of the request that cost something, or hold secrets
     */
    private function __construct(
        public readonly string $function,
        public readonly array $named,
        public readonly array $brings
    ) {
    }

    /**
     * @param list<array<string, mixed>> $verbs as the library lists them
     * @throws Unavailable the library knows none of that name: it is of another version
     */
    public static function named(string $name, array $verbs): self
    {
        $row = array_column($verbs, null, 'name')[$name] ?? null;

        return match ($row['entry'] ?? null) {
            'function' => new self($name, [], $row['brings']),
            'act' => new self('act', ['do' => $name], $row['brings']),
            'read' => new self('read', ['read' => $name], $row['brings']),
            default => throw new Unavailable(Lang::text('no_verb', ['verb' => $name])),
        };
    }
}
