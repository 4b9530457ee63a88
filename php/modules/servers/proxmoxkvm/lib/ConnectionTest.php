<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/** The answer to WHMCS's button "Test Connection". */
final class ConnectionTest
{
    /**
     * A server entry with a bad address line does not pass: WHMCS shows a text only with a failure.
     *
     * @param array<string, mixed> $reply
     * @return array{success: bool, error: string}
     */
    public static function result(array $reply): array
    {
        $bad = [];
        foreach ($reply['address_lines']['bad'] ?? [] as $line) {
            $bad[] = Lang::text('bad_line', ['line' => (string) $line['line'], 'reason' => (string) $line['reason']]);
        }
        $texts = [...($reply['warnings'] ?? []), ...$bad];
        if ($bad !== []) {
            array_unshift($texts, Lang::text('connected', [
                'version' => (string) ($reply['version'] ?? ''),
                'login' => (string) ($reply['login'] ?? ''),
            ]));
        }

        return ['success' => $bad === [], 'error' => Text::html(implode(' ', $texts))];
    }
}
