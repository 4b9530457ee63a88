<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;
use WHMCS\Service\Service;

/** Builds `$params` from rows, with the types that WHMCS gives. */
final class ParamsBuilder
{
    /** @return array<string, mixed> */
    public static function service(int $serviceId): array
    {
        $service = Capsule::table('tblhosting')->where('id', $serviceId)->first();
        $product = Capsule::table('tblproducts')->where('id', $service->packageid)->first();
        $server = (int) $service->server === 0 ? [] : self::server((int) $service->server);
        $options = [];
        for ($position = 1; $position <= 24; $position++) {
            $options['configoption' . $position] = (string) ($product->{'configoption' . $position} ?? '');
        }

        return [
            'serviceid' => $serviceId,
            'userid' => (int) $service->userid,
            'pid' => (int) $service->packageid,
            'serverid' => (int) $service->server,
            'addonId' => 0,
            'domain' => (string) $service->domain,
            'username' => (string) $service->username,
            'password' => decrypt((string) $service->password),
            'producttype' => (string) ($product->type ?? ''),
            'moduletype' => (string) ($product->servertype ?? ''),
            'configoptions' => self::configOptions($serviceId),
            'customfields' => self::customFields($serviceId, (int) $service->packageid),
            'clientsdetails' => self::client((int) $service->userid),
            'server' => $server !== [],
            'model' => Service::find($serviceId),
        ] + $options + $server;
    }

    /**
     * What a server-only call gets.
     *
     * @return array<string, mixed>
     */
    public static function server(int $serverId): array
    {
        $server = Capsule::table('tblservers')->where('id', $serverId)->first();
        if ($server === null) {
            return [];
        }

        return [
            'serverid' => $serverId,
            'serverip' => (string) $server->ipaddress,
            'serverhostname' => (string) $server->hostname,
            'serverusername' => (string) $server->username,
            'serverpassword' => decrypt((string) $server->password),
            'serveraccesshash' => (string) $server->accesshash,
            'serversecure' => $server->secure === 'on',
            'serverport' => (string) $server->port,
            'serverhttpprefix' => $server->secure === 'on' ? 'https' : 'http',
        ];
    }

    /** @return array<string, mixed> */
    private static function client(int $clientId): array
    {
        $client = (array) Capsule::table('tblclients')->where('id', $clientId)->first();

        return $client + ['userid' => $clientId, 'client_id' => $clientId, 'language' => '', 'countrycode' => 'GB']
            + ['fullname' => trim(($client['firstname'] ?? '') . ' ' . ($client['lastname'] ?? ''))];
    }

    /** @return array<string, string> values come HTML-encoded, names end at the bar */
    private static function customFields(int $serviceId, int $productId): array
    {
        $fields = [];
        $rows = Capsule::table('tblcustomfields')->where(['type' => 'product', 'relid' => $productId])->get();
        foreach ($rows as $row) {
            $value = Capsule::table('tblcustomfieldsvalues')->where(['fieldid' => $row->id, 'relid' => $serviceId])
                ->value('value');
            $fields[explode('|', $row->fieldname)[0]] = htmlspecialchars((string) $value, ENT_QUOTES);
        }

        return $fields;
    }

    /** @return array<string, int|string> */
    private static function configOptions(int $serviceId): array
    {
        $options = [];
        foreach (Capsule::table('tblhostingconfigoptions')->where('relid', $serviceId)->get() as $chosen) {
            $option = Capsule::table('tblproductconfigoptions')->where('id', $chosen->configid)->first();
            $choice = Capsule::table('tblproductconfigoptionssub')->where('id', $chosen->optionid)->value('optionname');
            $name = explode('|', $option->optionname)[0];
            $options[$name] = (int) $option->optiontype >= 3 ? (int) $chosen->qty : explode('|', (string) $choice)[0];
        }

        return $options;
    }
}
