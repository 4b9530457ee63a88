<?php

declare(strict_types=1);

namespace Tests\Support;

use PDO;
use RuntimeException;

/** A name server of Debian, started for one test: own configuration, own files, ports that were free. */
final class NameServer
{
    /** TSIG: name and secret of the key that may write, and of one that may not. */
    public const TSIG_KEY = 'whmcs.example.net';
    public const TSIG_READER = 'reader';
    public const TSIG_SECRET = 'VHMxZy1zM2NyZXQtb2YtdGhpcy10ZXN0LWFuZC1vZi1ubw==';

    private const SCHEMA = '/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql';

    /** @param resource $process */
    private function __construct(
        private $process,
        private string $directory,
        private int $port,
        public readonly string $endpoint
    ) {
    }

    public function __destruct()
    {
        proc_terminate($this->process, SIGKILL);
        proc_close($this->process);
        TempDir::remove($this->directory);
    }

    /** Whether their Debian packages are there. */
    public static function exist(): bool
    {
        return is_executable('/usr/sbin/pdns_server') && is_file(self::SCHEMA)
            && is_executable('/usr/sbin/named') && is_executable('/usr/bin/dig');
    }

    /**
     * PowerDNS with its HTTP API.
     *
     * @param list<string> $zones
     * @param list<string> $secondary zones that it takes from elsewhere
     */
    public static function powerDns(string $key, array $zones, array $secondary = []): self
    {
        return self::start(static function (string $at, int $port, int $api) use ($key, $zones, $secondary): array {
            file_put_contents("$at/pdns.conf", "launch=gsqlite3\ngsqlite3-database=$at/zones.sqlite\n"
                . "local-address=127.0.0.1\nlocal-port=$port\napi=yes\napi-key=$key\nwebserver=yes\n"
                . "webserver-address=127.0.0.1\nwebserver-port=$api\nwebserver-allow-from=127.0.0.1\nsocket-dir=$at\n"
                . "daemon=no\nguardian=no\ncache-ttl=0\nquery-cache-ttl=0\nnegquery-cache-ttl=0\n"
                . "zone-cache-refresh-interval=0\nsecurity-poll-suffix=\n");
            (new PDO("sqlite:$at/zones.sqlite"))->exec((string) file_get_contents(self::SCHEMA));
            foreach ($zones as $zone) {
                self::run(['pdnsutil', "--config-dir=$at", 'create-zone', $zone, 'ns1.example.net']);
            }
            foreach ($secondary as $zone) {
                self::run(['pdnsutil', "--config-dir=$at", 'create-secondary-zone', $zone, '192.0.2.53']);
            }

            return ['http://127.0.0.1:' . $api, ['/usr/sbin/pdns_server', "--config-dir=$at"]];
        });
    }

    /**
     * BIND, whose zones take dynamic updates with a TSIG key.
     *
     * @param list<string> $zones
     */
    public static function bind(array $zones): self
    {
        return self::start(static function (string $at, int $port, int $other) use ($zones): array {
            $keys = '';
            foreach ([self::TSIG_KEY, self::TSIG_READER] as $name) {
                $keys .= "key \"$name\" { algorithm hmac-sha256; secret \"" . self::TSIG_SECRET . "\"; };\n";
            }
            $config = "options { directory \"$at\"; pid-file none; session-keyfile none; lock-file none; recursion no;"
                . " notify no; listen-on port $port { 127.0.0.1; };"
                . " listen-on port $other { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no; };\n"
                . "controls { };\n$keys";
            foreach ($zones as $zone) {
                file_put_contents("$at/$zone", "\$TTL 300\n@ SOA ns1.example.net. admin.example.net. 1 3600 600 86400"
                    . " 60\n@ NS ns1.example.org.\n");
                $config .= "zone \"$zone\" { type primary; file \"$zone\"; allow-update { key \"" . self::TSIG_KEY
                    . "\"; }; };\n";
            }
            file_put_contents("$at/named.conf", $config);
            // Debian's AppArmor profile confines /usr/sbin/named to the system's own files, not a copy of it.
            copy('/usr/sbin/named', "$at/named");
            chmod("$at/named", 0755);

            return ["127.0.0.1:$port", ["$at/named", '-g', '-n', '1', '-c', "$at/named.conf"]];
        });
    }

    /** Asks with `dig`. @return list<string> the answers, sorted */
    public function dig(string ...$question): array
    {
        $words = ['dig', '@127.0.0.1', '-p', (string) $this->port, '+short', '+norecurse', '+tries=2', '+time=3'];
        $lines = self::run([...$words, ...$question]);
        sort($lines);

        return $lines;
    }

    /** Somebody deletes a record at PowerDNS. */
    public function delete(string $zone, string $label, string $type): void
    {
        self::run(['pdnsutil', "--config-dir=$this->directory", 'delete-rrset', $zone, $label, $type]);
    }

    /** @param callable(string, int, int): array{string, list<string>} $prepare says endpoint and command */
    private static function start(callable $prepare): self
    {
        $said = '';
        for ($try = 0; $try < 5; $try++) {
            $at = TempDir::make();
            $ports = [self::freePort(), self::freePort()];
            [$endpoint, $command] = $prepare($at, ...$ports);
            $log = ['file', "$at/log", 'a'];
            $process = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes);
            $server = new self($process, $at, $ports[0], $endpoint);
            if ($server->answersOn($ports)) {
                return $server;
            }
            // Somebody was faster to take a port.
            $said = (string) file_get_contents("$at/log");
        }
        throw new RuntimeException("the name server did not start: $said");
    }

    /** @param list<int> $ports */
    private function answersOn(array $ports): bool
    {
        $end = microtime(true) + 20;
        while (proc_get_status($this->process)['running'] && microtime(true) < $end) {
            $open = array_filter($ports, static function (int $port): bool {
                $connection = @fsockopen('127.0.0.1', $port, $code, $words, 1);

                return $connection !== false && fclose($connection);
            });
            if (count($open) === count($ports)) {
                return true;
            }
            usleep(20_000);
        }

        return false;
    }

    private static function freePort(): int
    {
        $listener = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int) substr((string) strrchr((string) stream_socket_get_name($listener, false), ':'), 1);
        fclose($listener);

        return $port;
    }

    /**
     * @param list<string> $command
     * @return list<string> the lines that it wrote
     */
    private static function run(array $command): array
    {
        exec(implode(' ', array_map('escapeshellarg', $command)) . ' 2>&1', $lines, $status);
        if ($status !== 0) {
            throw new RuntimeException(implode("\n", $lines));
        }

        return $lines;
    }
}
