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

/** What the core says about a server entry: for WHMCS's button "Test Connection", and in full for a page. */
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
     * The whole reply as rows of a table.
     *
     * @param array<string, mixed> $reply
     */
    public static function html(array $reply): string
    {
        $trust = (string) ($reply['trust'] ?? '');
        $lines = (string) ($reply['address_lines']['ok'] ?? 0);
        $missing = [...self::missing($reply, false), ...self::missing($reply, true)];
        $rows = [
            'test_version' => ['Proxmox VE ' . ($reply['version'] ?? '')],
            'test_login' => [(string) ($reply['login'] ?? '')],
            'test_trust' => [Lang::has("trust_$trust") ? Lang::text("trust_$trust") : $trust],
            'test_endpoints' => self::endpoints($reply, true),
            'test_nodes' => array_map(self::node(...), $reply['nodes'] ?? []),
            'test_privileges' => $missing ?: [Lang::text('test_complete')],
            'test_lines' => [Lang::text('test_lines_good', ['count' => $lines]), ...self::addressLines($reply)],
            'test_warnings' => $reply['warnings'] ?? [],
        ];
        $html = '';
        foreach (array_filter($rows) as $label => $texts) {
            $html .= '<tr><th>' . Text::html(Lang::text($label)) . '</th><td>'
                . implode('<br>', array_map(Text::html(...), $texts)) . '</td></tr>';
        }

        return $html;
    }

    /**
     * @param array<string, mixed> $reply
     * @return list<string> what the login lacks: for something that not every hoster sells, or for all
     */
    private static function missing(array $reply, bool $optional): array
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
    private static function addressLines(array $reply): array
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
    private static function endpoints(array $reply, bool $all): array
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

    /** @param array<string, mixed> $node */
    private static function node(array $node): string
    {
        $name = (string) ($node['name'] ?? '');

        return ($node['online'] ?? false) ? $name : Lang::text('choice_offline', ['name' => $name]);
    }
}
