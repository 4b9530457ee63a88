<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/** Scripts and styles of the module's folder assets, by addresses that change when they do: browsers keep them long. */
final class Asset
{
    private const PLACE = 'modules/servers/proxmoxkvm/assets';

    /** For pages in WHMCS's own folder, in whatever folder of a site that is. */
    public static function url(string $name): string
    {
        return self::PLACE . "/$name?v=" . self::version($name);
    }

    /** A file whose folder has its version. */
    public static function plain(string $name): string
    {
        return self::PLACE . "/$name";
    }

    /** The style of the module's parts of the admin area, whose folder lies in WHMCS's and may have any name. */
    public static function adminStyle(): string
    {
        return '<link rel="stylesheet" href="' . Text::html('../' . self::url('admin.css')) . '">';
    }

    private static function version(string $name): string
    {
        return (string) @hash_file('crc32b', dirname(__DIR__, 2) . "/assets/$name");
    }
}
