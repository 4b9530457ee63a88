<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\AddonRoles;

/** From a service to its VM in the web interface of Proxmox VE, and to the addon's page of it. */
final class GuestLinks
{
    private const PORT = '8006';
    private const NEW_TAB = ' target="_blank" rel="noopener noreferrer"';

    /**
     * @param array<string, mixed> $service as the core shows it
     * @param array<string, mixed> $server entry, as the core takes it
     */
    public static function html(array $service, array $server): string
    {
        $links = [self::toProxmox($service, $server)];
        if (AddonRoles::mayEnter()) {
            $page = AddonRoles::link('service', ['id' => (int) ($service['id'] ?? 0)]);
            array_push($links, self::toConsole($service), self::link($page, Lang::text('link_addon')));
        }

        return implode(' &nbsp; ', array_filter($links));
    }

    /**
     * @param array<string, mixed> $service as the core shows it
     * @param array<string, mixed> $server entry, as the core takes it
     */
    public static function toProxmox(array $service, array $server): string
    {
        $address = self::inProxmox($service, $server);

        return $address === ''
            ? ''
            : self::link($address, Lang::text('link_pve'), self::NEW_TAB);
    }

    /**
     * The console, in a tab of its own; nothing where there is no VM.
     *
     * @param array<string, mixed> $service as the core shows it
     */
    public static function toConsole(array $service): string
    {
        $page = AddonRoles::link('console', ['id' => (int) ($service['id'] ?? 0)]);

        return isset($service['vmid'])
            ? self::link($page, Lang::text('link_console'), self::NEW_TAB)
            : '';
    }

    /**
     * The address that the web interface itself gives to a VM; empty where there is none yet.
     *
     * @param array<string, mixed> $service
     * @param array<string, mixed> $server
     */
    public static function inProxmox(array $service, array $server): string
    {
        $vmid = (int) ($service['vmid'] ?? 0);
        $web = self::web($server);

        return $vmid <= 0 || $web === '' ? '' : "$web/#v1:0:=qemu/$vmid";
    }

    /**
     * The web interface of a server entry; empty where it has no address.
     *
     * @param array<string, mixed> $server
     */
    public static function web(array $server): string
    {
        $host = trim((string) ($server['hostname'] ?? '')) ?: trim((string) ($server['ip'] ?? ''));
        if (preg_match('/^[\w.:-]+$/D', $host) !== 1) {
            return '';
        }
        $host = substr_count($host, ':') > 1 ? "[$host]" : $host;
        $port = preg_match('/^\d{1,5}$/D', (string) ($server['port'] ?? '')) === 1 ? $server['port'] : self::PORT;

        return "https://$host:$port";
    }

    private static function link(string $to, string $text, string $attributes = ''): string
    {
        $link = '<a class="proxmoxkvm-link" href="%s"%s>%s</a>';

        return sprintf($link, Text::html($to), $attributes, Text::html($text));
    }
}
