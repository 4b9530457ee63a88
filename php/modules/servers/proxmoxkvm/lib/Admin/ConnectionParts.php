<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Parts of what the core says about a server entry, in sentences. */
final class ConnectionParts
{
    /**
     * @param array<string, mixed> $reply
     * @return list<string> what the login lacks: for something that not every hoster sells, or for all
     */
    public static function missing(array $reply, bool $optional): array
    {
        $texts = [];
        foreach ($reply['missing'] ?? [] as $row) {
            $for = $row['for'] ?? null;
            if (($for !== null) === $optional) {
                $texts[] = Lang::text($optional ? 'missing_optional' : 'missing_required', [
                    'path' => (string) $row['path'],
                    'privileges' => implode(', ', $row['privileges']),
                    'purpose' => Lang::word("for_$for", (string) $for),
                ]);
            }
        }

        return $texts;
    }

    /**
     * @param array<string, mixed> $reply
     * @return list<string>
     */
    public static function addressLines(array $reply): array
    {
        return array_map(
            static fn (array $bad): string => Lang::text('bad_line', array_map('strval', $bad)),
            $reply['address_lines']['bad'] ?? []
        );
    }

    /**
     * @param array<string, mixed> $reply
     * @return list<string> those that do not answer, or all
     */
    public static function endpoints(array $reply, bool $all): array
    {
        $texts = [];
        foreach ($reply['endpoints'] ?? [] as $endpoint) {
            $why = $endpoint['error'] ?? null;
            if ($all || $why !== null) {
                $texts[] = Lang::text($why === null ? 'endpoint_answers' : 'endpoint_silent', [
                    'address' => (string) $endpoint['address'],
                    'why' => (string) $why,
                ]);
            }
        }

        return $texts;
    }
}
