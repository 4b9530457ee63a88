<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;

/** What the core says about a server entry: in sentences: for WHMCS's button "Test Connection" and for the doctor. */
final class ConnectionTest
{
    /**
     * WHMCS's button. Throws nothing.
     *
     * @param array<string, mixed> $params
     * @return array{success: bool, error: string}
     */
    public static function press(array $params): array
    {
        $request = [];
        try {
            $request = ['server' => (new Params($params))->server()];
            $reply = Native::call('test_connection', $request);
            Log::call('test_connection', $request, $reply, Secrets::of($request));

            return self::result($reply);
        } catch (Throwable $error) {
            Problem::log('test_connection', $request, $error);

            return ['success' => false, 'error' => Problem::html($error, $request)];
        }
    }

    /**
     * WHMCS shows a text only with a failure. So what makes an entry unusable, or a part of it, is a failure, and
     * brings everything else along that is worth knowing.
     *
     * @param array<string, mixed> $reply
     * @return array{success: bool, error: string}
     */
    public static function result(array $reply): array
    {
        $bad = self::problems($reply);
        if ($bad === []) {
            return ['success' => true, 'error' => ''];
        }
        $texts = [
            Lang::text('connected', [
                'version' => (string) ($reply['version'] ?? ''),
                'login' => (string) ($reply['login'] ?? ''),
            ]),
            ...$bad,
            ...self::warnings($reply),
        ];

        return ['success' => false, 'error' => Text::html(implode(' ', $texts))];
    }

    /**
     * @param array<string, mixed> $reply
     * @return list<string> what makes the entry unusable, or a part of it
     */
    public static function problems(array $reply): array
    {
        return [...self::missing($reply, false), ...self::addressLines($reply)];
    }

    /**
     * @param array<string, mixed> $reply
     * @return list<string> what else is worth knowing
     */
    public static function warnings(array $reply): array
    {
        return [...($reply['warnings'] ?? []), ...self::endpoints($reply, false), ...self::missing($reply, true)];
    }

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
                    'purpose' => Lang::has("for_$for") ? Lang::text("for_$for") : (string) $for,
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
