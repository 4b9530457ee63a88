<?php

declare(strict_types=1);

namespace Tests\Stack;

use PHPUnit\Framework\TestCase;
use Tests\Support\MariaDb;
use Tests\Support\Php;
use Tests\Support\RealCore;
use Tests\Support\TempDir;

/** A store whose URL has `tls_ca`: TLS is demanded and verified, against a database server that has it and one that not. */
final class StoreTlsTest extends TestCase
{
    private const LOGIN = "CREATE USER ada@127.0.0.1 IDENTIFIED BY 's3cret' REQUIRE SSL;"
        . ' CREATE DATABASE store; GRANT ALL ON store.* TO ada@127.0.0.1';

    private string $directory;
    private int $port;

    protected function setUp(): void
    {
        if (!RealCore::exists()) {
            self::markTestSkipped('needs the library (PROXMOXKVM_LIBRARY)');
        }
        $this->directory = TempDir::make();
        $this->port = self::freePort();
        foreach (['ours', 'other'] as $ca) {
            $this->openssl("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$ca -days 2"
                . " -keyout $ca.key -out $ca.pem -addext basicConstraints=critical,CA:TRUE");
        }
    }

    public function testTheServerIsTheOneThatTheCaNamed(): void
    {
        $this->certify('127.0.0.1');
        $server = MariaDb::overTcp($this->port, [
            "--ssl-cert=$this->directory/server.pem", "--ssl-key=$this->directory/server.key",
            "--ssl-ca=$this->directory/ours.pem",
        ]);
        $server->exec(self::LOGIN);
        self::assertStringContainsString('"ok":true', $this->open("?tls_ca=$this->directory/ours.pem"));
        self::assertStringContainsString('Access denied', $this->open(''), 'this login is for TLS only');
        self::assertMatchesRegularExpression('/certificate/i', $this->open("?tls_ca=$this->directory/other.pem"));
        self::assertStringNotContainsString('"ok":true', $this->open("?tls_ca=$this->directory/missing.pem"));
        // The same CA, another server's name.
        $this->certify('127.0.0.9');
        $server->exec('FLUSH SSL');
        self::assertMatchesRegularExpression('/certificate/i', $this->open("?tls_ca=$this->directory/ours.pem"));
    }

    public function testAServerWithoutTlsIsToldNothing(): void
    {
        MariaDb::overTcp($this->port, [])->exec(str_replace(' REQUIRE SSL', '', self::LOGIN));
        self::assertStringContainsString('"ok":true', $this->open(''));
        self::assertMatchesRegularExpression('/secure connection/', $this->open("?tls_ca=$this->directory/ours.pem"));
    }

    /** @return string what the library answers to whoever opens the store */
    private function open(string $options): string
    {
        $code = 'require $argv[1]; try { echo json_encode('
            . 'WHMCS\Module\Server\Proxmoxkvm\Native::call("due", ["limit" => 1]));'
            . '} catch (Throwable $error) { echo $error->getMessage(); }';
        $autoload = dirname(__DIR__, 3) . '/php/modules/servers/proxmoxkvm/lib/autoload.php';
        $url = "mysql://ada:s3cret@127.0.0.1:$this->port/store$options";
        $said = (new Php(['-r', $code, $autoload], ['PROXMOXKVM_STORE' => $url] + RealCore::environment()))->output();
        self::assertStringNotContainsString('s3cret', $said);

        return $said;
    }

    /** A certificate of our CA for the server, which names an address. */
    private function certify(string $address): void
    {
        file_put_contents("$this->directory/names", "subjectAltName=IP:$address\n");
        $this->openssl('req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=db -keyout server.key'
            . ' -out server.csr');
        $this->openssl('x509 -req -in server.csr -CA ours.pem -CAkey ours.key -CAcreateserial -days 2'
            . ' -extfile names -out server.pem');
        chmod("$this->directory/server.key", 0644);
    }

    private function openssl(string $command): void
    {
        exec('cd ' . escapeshellarg($this->directory) . " && openssl $command 2>&1", $said, $status);
        self::assertSame(0, $status, implode("\n", $said));
    }

    /** MariaDB cannot be given a socket that listens. */
    private static function freePort(): int
    {
        $listener = stream_socket_server('tcp://127.0.0.1:0');

        return (int) substr((string) strrchr((string) stream_socket_get_name($listener, false), ':'), 1);
    }
}
