<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Core;

use PDO;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The server that answers for a store in a database, as the doctor sees it. */
final class DatabaseServer
{
    private const OLDEST_MARIADB = '10.6';
    private const OLDEST_MYSQL = '8.0.21';

    /** @param list<string> $otherEngines tables of the store that are not InnoDB */
    public function __construct(
        public readonly string $version,
        public readonly string $node,
        public readonly int $clusterSize,
        private array $otherEngines
    ) {
    }

    public static function of(StoreDatabase $database): self
    {
        $server = $database->connect();
        $engines = $server->prepare('SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()'
            . " AND LEFT(table_name, CHAR_LENGTH(?)) = ? AND COALESCE(engine, '') <> 'InnoDB' ORDER BY table_name");
        $engines->execute([$database->prefix(), $database->prefix()]);
        $cluster = $server->query("SHOW GLOBAL STATUS LIKE 'wsrep_cluster_size'")->fetch(PDO::FETCH_NUM);

        return new self(
            (string) $server->query('SELECT VERSION()')->fetchColumn(),
            (string) $server->query('SELECT @@hostname')->fetchColumn(),
            (int) ($cluster[1] ?? 0),
            $engines->fetchAll(PDO::FETCH_COLUMN)
        );
    }

    /** What has to be mended, in one sentence; empty when nothing has. */
    public function problem(): string
    {
        if (!$this->isNewEnough()) {
            return Lang::text('doctor_store_old', ['version' => $this->version]);
        }

        return $this->otherEngines === []
            ? ''
            : Lang::text('doctor_store_engine', ['tables' => implode(', ', $this->otherEngines)]);
    }

    private function isNewEnough(): bool
    {
        // A MariaDB before 11 may say 5.5.5 first, for old clients.
        preg_match('/^(?:5\.5\.5-)?(\d+\.\d+(?:\.\d+)?)/', $this->version, $found);
        $oldest = stripos($this->version, 'mariadb') !== false ? self::OLDEST_MARIADB : self::OLDEST_MYSQL;

        return version_compare($found[1] ?? '0', $oldest, '>=');
    }
}
