<?php

declare(strict_types=1);

namespace StandIn;

use PDO;
use WHMCS\Database\Capsule;

/** Opens WHMCS's database: an SQLite file, or whatever a file `….json` describes (MariaDB). */
final class Database
{
    private static ?Capsule $open = null;

    /** One at a time: a run of the tests makes more of them than a server has connections. */
    public static function open(string $where): void
    {
        self::$open?->getConnection()->disconnect();
        $connection = str_ends_with($where, '.json')
            ? json_decode((string) file_get_contents($where), true, 8, JSON_THROW_ON_ERROR)
            : ['driver' => 'sqlite', 'database' => $where, 'options' => [PDO::ATTR_TIMEOUT => 60]];
        $capsule = new Capsule();
        $capsule->addConnection($connection);
        $capsule->setAsGlobal();
        $capsule->bootEloquent();
        self::$open = $capsule;
    }

    public static function create(string $where): void
    {
        if (!str_ends_with($where, '.json')) {
            touch($where);
        }
        self::open($where);
        if (Capsule::connection()->getDriverName() === 'sqlite') {
            Capsule::connection()->statement('PRAGMA journal_mode = WAL');
        }
        Schema::create();
    }
}
