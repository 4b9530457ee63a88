<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServerRows;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ConnectionTable;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ConnectionTest;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Shown;

/** The server entries: how they are reached, whom they trust, and whether that works. */
final class ServersPage implements Page
{
    private const NAME = 'servers';

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        $rows = [];
        foreach (ServerRows::all() as $id => $row) {
            $server = Shown::server(ServerRows::forCore($row));
            $host = $server['hostname'] === '' ? $server['ip'] : $server['hostname'];
            $rows[] = [
                Html::text(ServerRows::name($row)),
                Html::text($server['port'] === '' ? $host : "$host:{$server['port']}"),
                Html::text($server['username']),
                self::trust($server['access_hash']),
                Html::form(
                    $this->request->link(self::NAME),
                    ['server' => $id],
                    Html::button('addon_test', 'test', 'primary')
                ) . Html::link($this->request->link(self::NAME, ['server' => $id]), Html::lang('cluster_show')),
            ];
        }

        return $rows === []
            ? Html::note('info', Html::lang('addon_no_servers'))
            : Html::table(['addon_server', 'addon_host', 'addon_login', 'addon_trust', ''], $rows) . $this->cluster();
    }

    /** Of the one that was asked for: Proxmox VE is asked for it. */
    private function cluster(): string
    {
        $row = ServerRows::all()[$this->request->askedNumber('server')] ?? null;

        return $row === null ? '' : ClusterTables::html($row);
    }

    public function act(): Outcome
    {
        $row = ServerRows::all()[$this->request->sentNumber('server')] ?? null;
        if ($row === null || $this->request->sent('act') !== 'test') {
            return Outcome::noSuchButton(self::NAME);
        }
        $name = '<strong>' . Html::text(ServerRows::name($row)) . '</strong>: ';
        $request = ConnectionTest::request(ServerRows::forCore($row));
        try {
            $reply = Native::call('test_connection', $request);
            Log::call('test_connection', $request, $reply, Secrets::of($request));
        } catch (Throwable $error) {
            Problem::log('test_connection', $request, $error);

            return Outcome::bad($name . Problem::html($error, $request), self::NAME);
        }
        $html = $name . '<table class="table table-condensed">' . ConnectionTable::html($reply) . '</table>';

        return ConnectionTest::result($reply)['success']
            ? Outcome::good($html, self::NAME)
            : Outcome::bad($html, self::NAME);
    }

    /** What the lines of the access hash say about certificates; the core reads them in the same way. */
    private static function trust(string $accessHash): string
    {
        $has = static fn (string $line): bool => preg_match("/^\\h*$line/mi", $accessHash) === 1;

        return match (true) {
            $has('insecure\h*=\h*1\s*$') => '<span class="text-danger"><strong>' . Html::lang('addon_trust_insecure')
                . '</strong></span>',
            $has('fingerprint\h*=') => Html::lang('addon_trust_fingerprint'),
            $has('ca\h*=') => Html::lang('addon_trust_ca'),
            default => Html::lang('addon_trust_roots'),
        };
    }
}
