<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Product\Sold;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;

/** What the core says about a server entry, in sentences: for WHMCS's button *Test Connection* and for the doctor. */
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
            $request = self::request((new Params($params))->server());
            $reply = Native::call('test_connection', $request);
            Log::call('test_connection', $request, $reply, Secrets::of($request));

            return self::result($reply);
        } catch (Throwable $error) {
            Problem::log('test_connection', $request, $error);

            return ['success' => false, 'error' => Problem::html($error, $request)];
        }
    }

    /**
     * @param array<string, mixed> $server as the core has it
     * @return array{server: array<string, mixed>, packages: list<array<string, mixed>>} what the core is asked
     */
    public static function request(array $server): array
    {
        return ['server' => $server, 'packages' => Sold::on((int) ($server['id'] ?? 0))];
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
        return [
            ...ConnectionParts::missing($reply, false),
            ...ConnectionParts::addressLines($reply),
            ...($reply['retentions'] ?? []),
        ];
    }

    /**
     * @param array<string, mixed> $reply
     * @return list<string> what else is worth knowing
     */
    public static function warnings(array $reply): array
    {
        return [
            ...($reply['warnings'] ?? []),
            ...ConnectionParts::endpoints($reply, false),
            ...ConnectionParts::missing($reply, true),
        ];
    }
}
