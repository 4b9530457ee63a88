<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Illuminate\Database\Schema\Blueprint;
use WHMCS\Database\Capsule;

/**
 * The key by which the core seals in its store what customers give cloud-init. It is in WHMCS's database, encrypted
 * like every password there: whoever has the store alone reads nothing.
 */
final class SealKey
{
    public const TABLE = 'mod_proxmoxkvm_seal';

    private const BYTES = 32;

    /** @return string hexadecimal; none was needed yet: nothing */
    public static function known(): string
    {
        // Where two processes have made one each, the first counts.
        $key = OwnTable::exists(self::TABLE) ? Capsule::table(self::TABLE)->orderBy('id')->value('sealing') : null;

        return is_string($key) ? (string) \decrypt($key) : '';
    }

    /** The same, made where it is needed for the first time. */
    public static function made(): string
    {
        $known = self::known();
        if ($known !== '') {
            return $known;
        }
        OwnTable::prepare(self::TABLE, static function (Blueprint $table): void {
            $table->increments('id');
            $table->text('sealing');
        });
        Capsule::table(self::TABLE)->insert(['sealing' => \encrypt(bin2hex(random_bytes(self::BYTES)))]);

        return self::known();
    }
}
