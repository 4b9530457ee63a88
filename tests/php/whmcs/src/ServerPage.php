<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;

/** The form of a server entry. */
final class ServerPage
{
    private const FIELDS = ['hostname', 'ipaddress', 'username', 'password', 'accesshash', 'port', 'assignedips'];

    public static function html(int $serverId): string
    {
        $server = (array) Capsule::table('tblservers')->where('id', $serverId)->first();
        $server['password'] = decrypt((string) $server['password']);
        $fields = '';
        foreach (self::FIELDS as $name) {
            $fields .= "<tr><td class=\"fieldlabel\">$name</td><td class=\"fieldarea\"><textarea class=\"form-control\""
                . " rows=\"1\" name=\"$name\">" . Frame::text($server[$name]) . '</textarea></td></tr>';
        }

        return '<form id="server"><input type="hidden" name="token" value="' . \generate_token('plain') . '">'
            . "<table class=\"form\">$fields</table><button class=\"btn btn-default\" type=\"button\" id=\"test\">"
            . 'Test Connection</button> <span id="tested"></span></form><script>'
            . 'document.getElementById("test").onclick = function () {'
            . 'fetch(location.href, {method: "POST", body: new FormData(document.getElementById("server"))})'
            . '.then(function (answer) { return answer.json(); }).then(function (answer) {'
            . 'document.getElementById("tested").innerHTML = answer.success ? "Connection successful!" + (answer.error'
            . ' || "") : answer.error; }); };</script>';
    }

    /**
     * @param array<string, string> $form not yet saved: no id of a server comes with it
     * @return array{success: bool, error: string}
     */
    public static function test(array $form): array
    {
        return \proxmoxkvm_TestConnection([
            'server' => true,
            'serverip' => (string) $form['ipaddress'],
            'serverhostname' => (string) $form['hostname'],
            'serverusername' => (string) $form['username'],
            'serverpassword' => (string) $form['password'],
            'serveraccesshash' => (string) $form['accesshash'],
            'serversecure' => true,
            'serverport' => (string) $form['port'],
            'serverhttpprefix' => 'https',
        ]);
    }
}
