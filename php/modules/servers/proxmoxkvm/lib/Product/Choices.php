<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use Exception;
use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Servers;

/** What an admin may choose from in the settings of a product, live from Proxmox VE: value => label. */
final class Choices
{
    /** @var array<string, Throwable> by server: one that does not answer is not waited for once more by each field */
    private static array $failed = [];

    /**
     * @param array<string, mixed> $params
     * @return array<string, string>
     */
    public static function nodes(array $params): array
    {
        return self::guarded($params, static function (Params $server): array {
            $labels = ['auto' => Lang::text('choice_auto_node')];
            foreach (self::rows($server, 'nodes') as $node) {
                $name = $node['name'];
                $labels[$name] = $node['online'] ? $name : Lang::text('choice_offline', ['name' => $name]);
            }

            return $labels;
        });
    }

    /**
     * @param array<string, mixed> $params
     * @return array<int, string>
     */
    public static function templates(array $params): array
    {
        return self::guarded($params, static function (Params $server): array {
            $labels = [];
            foreach (self::rows($server, 'templates') as $template) {
                $labels[$template['vmid']] = Lang::text('choice_template', array_map('strval', $template));
            }

            return $labels ?: throw new Unavailable(Lang::text('choice_no_template'));
        });
    }

    /**
     * @param array<string, mixed> $params
     * @param string $content `images` or `backups`
     * @param string $without text for the empty choice
     * @return array<string, string>
     */
    public static function storages(array $params, string $content, string $without): array
    {
        return self::guarded($params, static function (Params $server) use ($content, $without): array {
            $storages = array_filter(
                self::rows($server, 'storages'),
                static fn (array $storage): bool => (bool) $storage[$content]
            );

            return ['' => Lang::text($without)] + self::named(array_column($storages, 'nodes', 'id'));
        });
    }

    /**
     * @param array<string, mixed> $params
     * @return array<string, string>
     */
    public static function bridges(array $params): array
    {
        return self::guarded($params, static function (Params $server): array {
            $bridges = array_column(self::rows($server, 'bridges'), 'nodes', 'name');

            return ['auto' => Lang::text('choice_auto_bridge')] + self::named($bridges);
        });
    }

    /** @return list<array<string, mixed>> a list of the core */
    public static function rows(Params $server, string $what): array
    {
        return Native::call('list', ['server' => $server->server(), 'what' => $what])[$what] ?? [];
    }

    /**
     * @param array<string, list<string>> $nodes by name
     * @return array<string, string>
     */
    private static function named(array $nodes): array
    {
        $labels = [];
        foreach ($nodes as $name => $on) {
            $labels[$name] = sprintf('%s (%s)', $name, implode(', ', $on));
        }

        return $labels;
    }

    /**
     * @param array<string, mixed> $params
     * @param callable(Params): array<int|string, string> $list
     * @return array<int|string, string> the labels escaped, as WHMCS may print them as they are
     * @throws Exception one sentence, escaped, without secrets
     */
    private static function guarded(array $params, callable $list): array
    {
        $request = [];
        try {
            $server = self::server(new Params($params));
            $request = ['server' => $server->server()];
            $key = hash('sha256', (string) json_encode($request, JSON_INVALID_UTF8_SUBSTITUTE));
            if (isset(self::$failed[$key])) {
                throw self::$failed[$key];
            }
            try {
                return array_map(Text::html(...), $list($server));
            } catch (CoreError $error) {
                throw self::$failed[$key] = $error;
            }
        } catch (Throwable $error) {
            Problem::log('list', $request, $error);
            throw new Exception(Problem::html($error, $request));
        }
    }

    /** The server that WHMCS names, or one that the product could be on. */
    private static function server(Params $params): Params
    {
        if ($params->namesServer()) {
            return $params;
        }
        $chosen = static fn (string $field): int => is_numeric($_REQUEST[$field] ?? null) ? (int) $_REQUEST[$field] : 0;

        return Params::fromServer(
            Servers::forProduct($params->productId() ?: $chosen('id'), $chosen('servergroup'))
        );
    }
}
