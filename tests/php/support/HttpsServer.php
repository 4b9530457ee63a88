<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** A web server with a certificate of its own: each path answers what the test says, as it stands on the wire. */
final class HttpsServer
{
    private const SERVE = <<<'PHP'
        [$cert, $answers] = [$argv[1], unserialize(file_get_contents($argv[2]))];
        $tls = stream_context_create(['ssl' => ['local_cert' => $cert]]);
        $listen = STREAM_SERVER_BIND | STREAM_SERVER_LISTEN;
        $server = stream_socket_server('tls://127.0.0.1:0', $code, $why, $listen, $tls);
        echo stream_socket_get_name($server, false), "\n";
        while (true) {
            $client = @stream_socket_accept($server, 3600);
            if ($client === false) {
                continue;
            }
            $path = explode(' ', (string) fgets($client))[1] ?? '';
            while (trim((string) fgets($client)) !== '') {
            }
            @fwrite($client, $answers[$path] ?? "HTTP/1.1 404 X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            fclose($client);
        }
        PHP;

    public readonly string $certificate;
    public readonly string $url;

    /** @var resource */
    private $process;

    /** @param array<string, array{int, string, 2?: string}> $answers status, body, and another header line, by path */
    public function __construct(array $answers)
    {
        $directory = TempDir::make();
        $this->certificate = "$directory/server.pem";
        $key = openssl_pkey_new(['curve_name' => 'prime256v1', 'private_key_type' => OPENSSL_KEYTYPE_EC]);
        file_put_contents("$directory/openssl.cnf", "[req]\ndistinguished_name = dn\n[dn]\n[own]\n"
            . "subjectAltName = IP:127.0.0.1\nbasicConstraints = CA:TRUE\n");
        $options = ['config' => "$directory/openssl.cnf", 'x509_extensions' => 'own', 'digest_alg' => 'sha256'];
        $request = $key === false ? false : openssl_csr_new(['commonName' => '127.0.0.1'], $key, $options);
        $signed = is_bool($request) ? false : openssl_csr_sign($request, null, $key, 30, $options);
        if ($signed === false || !openssl_x509_export($signed, $pem) || !openssl_pkey_export($key, $secret)) {
            throw new RuntimeException('no certificate: ' . openssl_error_string());
        }
        file_put_contents($this->certificate, $pem . $secret);
        file_put_contents("$directory/answers", serialize(array_map(self::onTheWire(...), $answers)));
        $process = proc_open(
            [PHP_BINARY, '-r', self::SERVE, '--', $this->certificate, "$directory/answers"],
            [1 => ['pipe', 'w']],
            $pipes
        );
        $this->process = is_resource($process) ? $process : throw new RuntimeException('no server');
        $this->url = 'https://' . trim((string) fgets($pipes[1]));
    }

    /** @param array{int, string, 2?: string} $answer */
    private static function onTheWire(array $answer): string
    {
        [$status, $body] = $answer;
        $more = $answer[2] ?? 'X-Nothing: 1';

        return "HTTP/1.1 $status X\r\n$more\r\nContent-Length: " . strlen($body) . "\r\nConnection: close\r\n\r\n$body";
    }

    public function __destruct()
    {
        proc_terminate($this->process, SIGKILL);
        proc_close($this->process);
    }
}
