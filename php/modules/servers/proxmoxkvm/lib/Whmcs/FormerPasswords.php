<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use Illuminate\Database\Query\Builder;
use Illuminate\Database\Schema\Blueprint;
use WHMCS\Database\Capsule;

/**
 * The password that a machine has while WHMCS shows the one that it will be rebuilt with: where the rebuild is refused
 * after all, it is WHMCS's again. Encrypted like every password in WHMCS's database, and gone once that is settled.
 */
final class FormerPasswords
{
    public const TABLE = 'mod_proxmoxkvm_passwords';

    /** @param string $word by which the core knows the new one */
    public static function keep(int $service, string $word, #[\SensitiveParameter] string $password): void
    {
        OwnTable::prepare(self::TABLE, static function (Blueprint $table): void {
            $table->increments('id');
            $table->integer('service')->unsigned()->index();
            $table->string('word', 64);
            $table->text('password');
            $table->integer('kept')->unsigned();
        });
        $row = ['service' => $service, 'word' => $word, 'password' => \encrypt($password), 'kept' => time()];
        Capsule::table(self::TABLE)->insert($row);
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

    /** It is the machine's, and WHMCS's again. */
    public static function restore(int $service, string $word): void
    {
        $password = self::of($service)->where('word', $word)->value('password');
        if ($password !== null) {
            Services::update($service, ['password' => (string) $password]);
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

    private static function of(int $service): Builder
    {
        return Capsule::table(self::TABLE)->where('service', $service);
    }
}
