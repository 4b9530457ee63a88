<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** By the answer of one request, and small ones. */
final class TunnelViewer extends ConsoleViewer
{
    private string $rest = '';
    private \CurlHandle $keys;

    /** @param resource $down the answer, from its body on */
    public function __construct(private $down, string $url, string $cookie, string $key)
    {
        $this->keys = curl_init("$url/modules/servers/proxmoxkvm/console.php?keys");
        curl_setopt_array($this->keys, [
            CURLOPT_POST => true,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_COOKIE => $cookie,
            CURLOPT_HTTPHEADER => ["X-Proxmoxkvm-Console: $key", 'Expect:'],
        ]);
    }

    protected function say(string $bytes): void
    {
        curl_setopt($this->keys, CURLOPT_POSTFIELDS, 'k=' . strtr(base64_encode($bytes), '+/', '-_'));
        curl_exec($this->keys);
        $status = curl_getinfo($this->keys, CURLINFO_RESPONSE_CODE);
        $status === 204 || throw new RuntimeException("a key was answered with $status");
    }

    protected function hear(): string
    {
        do {
            $length = unpack('N', $this->take(4))[1];
            $bytes = $this->take($length & 0x7fffffff);
        } while ($length === 0 || $length > 0x7fffffff);

        return $bytes;
    }

    private function take(int $bytes): string
    {
        while (strlen($this->rest) < $bytes) {
            $this->rest .= self::chunk($this->down);
        }
        $found = substr($this->rest, 0, $bytes);
        $this->rest = substr($this->rest, $bytes);

        return $found;
    }

    /**
     * A piece of an answer in pieces.
     *
     * @param resource $stream
     */
    public static function chunk($stream): string
    {
        $size = (int) hexdec(trim((string) fgets($stream)));
        $size > 0 || throw new RuntimeException("the console has ended");
        $bytes = (string) stream_get_contents($stream, $size);
        fgets($stream);

        return $bytes;
    }
}
