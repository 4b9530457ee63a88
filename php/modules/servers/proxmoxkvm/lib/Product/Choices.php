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
    private const LISTED = ['node', 'template', 'storage', 'backup_storage', 'snippet_storage', 'bridge'];

    /** @var array<string, Throwable> by server: one that does not answer is not waited for once more by each field */
    private static array $failed = [];

    /** @param array<string, mixed> $option of the core: whether its value is a thing of Proxmox VE */
    public static function isListed(array $option): bool
    {
        return in_array($option['kind'], self::LISTED, true);
    }

    /**
     * Called by the loaders: WHMCS may print the labels as they are.
     *
     * @param array<string, mixed> $params of WHMCS
     * @return array<int|string, string> the labels escaped
     * @throws Exception one sentence, escaped, without secrets
     */
    public static function of(string $key, array $params): array
    {
        $request = [];
        try {
            $server = self::server(new Params($params));
            $request = ['server' => $server->server()];

            return array_map(Text::html(...), self::listed(Catalogue::options()[$key], $server));
        } catch (Throwable $error) {
            Problem::log('list', $request, $error);
            throw new Exception(Problem::html($error, $request));
        }
    }

    /**
     * @param array<string, mixed> $option of the core
     * @return array<int|string, string> plain text
     * @throws Unavailable|CoreError
     */
    public static function listed(array $option, Params $server): array
    {
        $key = hash('sha256', (string) json_encode($server->server(), JSON_INVALID_UTF8_SUBSTITUTE));
        if (isset(self::$failed[$key])) {
            throw self::$failed[$key];
        }
        try {
            return match ($option['kind']) {
                'node' => self::nodes($server),
                'template' => self::templates($server),
                'storage' => self::storages($server, 'images', $option['without']),
                'backup_storage' => self::storages($server, 'backups', $option['without']),
                'snippet_storage' => self::storages($server, 'snippets', $option['without']),
                'bridge' => self::bridges($server),
                // of a newer library: what was typed stays
                default => [],
            };
        } catch (CoreError $error) {
            throw self::$failed[$key] = $error;
        }
    }

    /** @return array<string, string> */
    private static function nodes(Params $server): array
    {
        $labels = ['auto' => Lang::text('choice_auto_node')];
        foreach (self::rows($server, 'nodes') as $node) {
            $name = $node['name'];
            $labels[$name] = $node['online'] ? $name : Lang::text('choice_offline', ['name' => $name]);
        }

        return $labels;
    }

    /** @return array<int, string> */
    private static function templates(Params $server): array
    {
        $labels = [];
        foreach (self::rows($server, 'templates') as $template) {
            $labels[$template['vmid']] = Lang::text('choice_template', array_map('strval', $template));
        }

        return $labels ?: throw new Unavailable(Lang::text('choice_no_template'));
    }

    /**
     * @param string $takes what it has to take: `images`, `backups`, `snippets`
     * @param string $without what is meant when none is named
     * @return array<string, string>
     */
    private static function storages(Params $server, string $takes, string $without): array
    {
        $storages = array_filter(
            self::rows($server, 'storages'),
            static fn (array $storage): bool => (bool) ($storage[$takes] ?? false)
        );

        return ['' => Lang::text("choice_$without")] + self::named(array_column($storages, 'nodes', 'id'));
    }

    /** @return array<string, string> */
    private static function bridges(Params $server): array
    {
        $bridges = array_column(self::rows($server, 'bridges'), 'nodes', 'name');

        return ['auto' => Lang::text('choice_auto_bridge')] + self::named($bridges);
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
