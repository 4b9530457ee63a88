<?php

declare(strict_types=1);

namespace Tests\Support;

use PDO;
use PDOException;
use RuntimeException;

/**
 * A MariaDB server of our own, on a socket in a temporary directory: one for a run of the tests, with a
 * database for each installation of WHMCS. Needs Debian's package mariadb-server, started by nobody else.
 */
final class MariaDb
{
    /** What WHMCS wants, and what it may find all the same. */
    private const MODES = ['lax' => 'NO_ENGINE_SUBSTITUTION', 'strict' => 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY'];

    /** What docs/clusters.md says that a store in a database needs. */
    public const GRANTS = 'SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER';

    /** How docs/upgrade.md makes a backup. */
    public const BACKUP = 'mysqldump --single-transaction --quick';

    private static ?self $server = null;

    private string $directory;

    /** @var resource|null */
    private $process = null;

    /** @param list<string> $network options of mariadbd */
    private function __construct(private string $mode, array $network = ['--skip-networking'])
    {
        $owner = getmypid();
        // Before the directory goes, which is removed in the same way.
        register_shutdown_function(function () use ($owner): void {
            getmypid() === $owner && $this->stop();
        });
        $this->directory = TempDir::make();
        // As root the server runs as the user of Debian's package.
        $user = posix_geteuid() === 0 ? ['--user=mysql'] : [];
        posix_geteuid() === 0 && chown($this->directory, 'mysql');
        $data = "--datadir={$this->directory}/data";
        self::run(['mariadb-install-db', '--no-defaults', '--auth-root-authentication-method=normal', $data, ...$user]);
        $log = ['file', "{$this->directory}/server.log", 'a'];
        $process = proc_open([
            'mariadbd', '--no-defaults', $data, ...$user,
            "--socket={$this->socket()}", "--pid-file={$this->directory}/server.pid", ...$network,
            "--sql-mode={$this->mode}", '--innodb-flush-log-at-trx-commit=0', '--innodb-buffer-pool-size=32M',
        ], [['file', '/dev/null', 'r'], $log, $log], $pipes);
        if ($process === false) {
            throw new RuntimeException('mariadbd did not start');
        }
        $this->process = $process;
    }

    /** Whether this run of the tests asks for it: TEST_DATABASE is `lax` or `strict`; SQLite without it. */
    public static function isWanted(): bool
    {
        return (string) getenv('TEST_DATABASE') !== '';
    }

    /**
     * @param string $password of a user of its own, who may do what docs/clusters.md says and nothing else; without
     *     one root
     * @return string a new database, as StandIn\Database opens it: a file, because a password is in it
     */
    public static function database(string $password = ''): string
    {
        self::$server ??= self::start((string) getenv('TEST_DATABASE') ?: 'lax');
        $name = 'whmcs_' . bin2hex(random_bytes(6));
        $connection = self::$server->connect();
        $connection->exec("CREATE DATABASE $name CHARACTER SET utf8mb4");
        if ($password !== '') {
            $user = "$name@localhost";
            $connection->exec("CREATE USER $user IDENTIFIED BY " . $connection->quote($password));
            $connection->exec('GRANT ' . self::GRANTS . " ON $name.* TO $user");
        }

        $file = self::$server->directory . "/$name.json";
        file_put_contents($file, json_encode([
            'driver' => 'mysql',
            'unix_socket' => self::$server->socket(),
            'database' => $name,
            'username' => $password === '' ? 'root' : $name,
            'password' => $password,
            'charset' => 'utf8mb4',
            // Illuminate would set a mode of its own; each connection keeps the server's.
            'modes' => explode(',', self::$server->mode),
        ], JSON_THROW_ON_ERROR));

        return $file;
    }

    /** The same for PROXMOXKVM_STORE. */
    public static function url(string $database): string
    {
        $is = json_decode((string) file_get_contents($database), true, 8, JSON_THROW_ON_ERROR);
        $encoded = array_map(rawurlencode(...), array_filter($is, is_string(...)));

        return "mysql://{$encoded['username']}:{$encoded['password']}@localhost/{$encoded['database']}"
            . "?socket={$encoded['unix_socket']}";
    }

    /** A backup as docs/upgrade.md makes it, brought into a new database. @return string that one */
    public static function restored(string $database): string
    {
        $restored = self::database();
        self::restore(self::backup($database), $restored);

        return $restored;
    }

    /** As docs/upgrade.md makes it. @return string a file */
    public static function backup(string $database): string
    {
        [$dump, $options] = explode(' ', self::BACKUP, 2);
        $backup = "$database.sql";
        self::shell("$dump " . self::login() . " $options " . basename($database, '.json') . " > $backup");

        return $backup;
    }

    public static function restore(string $backup, string $database): void
    {
        self::shell('mysql ' . self::login() . ' ' . basename($database, '.json') . " < $backup");
    }

    private static function login(): string
    {
        return '--no-defaults --user=root --socket=' . escapeshellarg((string) self::$server?->socket());
    }

    private static function shell(string $command): void
    {
        exec("($command) 2>&1", $said, $status);
        if ($status !== 0) {
            throw new RuntimeException(implode("\n", $said));
        }
    }

    /** A server of its own that answers on 127.0.0.1, too. @param list<string> $options of mariadbd */
    public static function overTcp(int $port, array $options): self
    {
        $network = ['--bind-address=127.0.0.1', "--port=$port", ...$options];

        return self::started(new self(self::MODES['strict'], $network));
    }

    public function exec(string $sql): void
    {
        $this->connect()->exec($sql);
    }

    private static function start(string $wanted): self
    {
        $mode = self::MODES[$wanted] ?? throw new RuntimeException("TEST_DATABASE=$wanted is not lax or strict");

        return self::started(new self($mode));
    }

    private static function started(self $server): self
    {
        for ($try = 0; $try < 300; $try++) {
            try {
                $server->connect();

                return $server;
            } catch (PDOException) {
                usleep(100_000);
            }
        }
        $server->stop();
        throw new RuntimeException((string) file_get_contents("{$server->directory}/server.log"));
    }

    private function stop(): void
    {
        if (is_resource($this->process)) {
            proc_terminate($this->process, SIGTERM);
            proc_close($this->process);
        }
    }

    private function connect(): PDO
    {
        return new PDO("mysql:unix_socket={$this->socket()}", 'root', '');
    }

    private function socket(): string
    {
        return $this->directory . '/s.sock';
    }

    /** @param list<string> $command */
    private static function run(array $command): void
    {
        exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1', $said, $status);
        if ($status !== 0) {
            throw new RuntimeException(implode("\n", $said));
        }
    }
}
