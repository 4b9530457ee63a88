<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Illuminate\Database\Query\Builder;
use Illuminate\Database\Schema\Blueprint;
use WHMCS\Database\Capsule;

/**
 * The password that a machine has while WHMCS shows the one that it is to get: where that is refused after all, it is
 * WHMCS's again. Encrypted like every password in WHMCS's database, and gone once that is settled.
 */
final class FormerPasswords
{
    public const TABLE = 'mod_proxmoxkvm_passwords';

    /**
     * WHMCS has the new one, and the former one is kept.
     *
     * @param string $word by which the core knows the new one
     */
    public static function exchange(int $service, string $word, #[\SensitiveParameter] string $password): void
    {
        OwnTable::prepare(self::TABLE, static function (Blueprint $table): void {
            $table->increments('id');
            $table->integer('service')->unsigned()->index();
            $table->string('word', 64);
            $table->text('password');
            $table->integer('kept')->unsigned();
        });
        OwnTable::prepareTexts(self::TABLE, ['written' => 64]);
        $new = \encrypt($password);
        Capsule::table(self::TABLE)->insert([
            'service' => $service, 'word' => $word, 'password' => self::shown($service), 'kept' => time(),
            'written' => self::hash($new),
        ]);
        Services::update($service, ['password' => $new]);
    }

    /** @return list<array{service: int, word: string}> the newest of each service first */
    public static function keptBefore(int $time): array
    {
        if (!OwnTable::exists(self::TABLE)) {
            return [];
        }
        $rows = Capsule::table(self::TABLE)->where('kept', '<=', $time)->orderBy('id', 'desc')->get()->all();

        return array_map(static fn (object $row): array => [
            'service' => (int) $row->service, 'word' => (string) $row->word,
        ], $rows);
    }

    /** Another rebuild has taken the place of those before it: the machine still has the password of the oldest. */
    public static function replaces(int $service, string $word): void
    {
        $first = self::of($service)->orderBy('id')->value('password');
        self::of($service)->where('word', $word)->update(['password' => $first]);
        self::of($service)->where('word', '<>', $word)->delete();
    }

    /** It is the machine's, and WHMCS's again. What somebody else has written since stays. */
    public static function restore(int $service, string $word): void
    {
        $row = self::of($service)->where('word', $word)->first();
        $shown = self::shown($service);
        if ($row !== null && $row->written === self::hash($shown)) {
            Capsule::table('tblhosting')->where('id', $service)->where('password', $shown)
                ->update(['password' => (string) $row->password]);
        }
        self::of($service)->where('word', $word)->delete();
    }

    /** The machine has another one by now, which WHMCS has too. */
    public static function forget(int $service): void
    {
        if (OwnTable::exists(self::TABLE)) {
            self::of($service)->delete();
        }
    }

    /** As it is stored: by that it is known whether it is still there. */
    private static function shown(int $service): string
    {
        return (string) Capsule::table('tblhosting')->where('id', $service)->value('password');
    }

    private static function hash(string $stored): string
    {
        return hash('sha256', $stored);
    }

    private static function of(int $service): Builder
    {
        return Capsule::table(self::TABLE)->where('service', $service);
    }
}
