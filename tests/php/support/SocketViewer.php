<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** By a websocket: of the node, or of the process that serves them. */
final class SocketViewer extends ConsoleViewer
{
    private string $rest = '';

    /** @param resource $stream */
    public function __construct(private $stream, string $head, private string $password = '')
    {
        fwrite($stream, $head . "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            . "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        $status = (string) fgets($stream);
        str_contains($status, ' 101 ') || throw new RuntimeException("no websocket: $status");
        while (trim((string) fgets($stream)) !== '') {
        }
    }

    protected function say(string $bytes): void
    {
        fwrite($this->stream, "\x82" . chr(0x80 | strlen($bytes)) . "\0\0\0\0" . $bytes);
    }

    protected function hear(): string
    {
        $head = $this->take(2);
        $size = ord($head[1]);

        return $this->take(match ($size) {
            126 => unpack('n', $this->take(2))[1],
            127 => unpack('J', $this->take(8))[1],
            default => $size,
        });
    }

    /** One block with both halves of its key alike is DES. */
    protected function answered(string $challenge): string
    {
        $key = implode('', array_map(
            static fn (string $byte): string => chr((int) bindec(strrev(sprintf('%08b', ord($byte))))),
            str_split($this->password)
        ));
        $how = OPENSSL_RAW_DATA | OPENSSL_ZERO_PADDING;

        return (string) openssl_encrypt($challenge, 'des-ede-ecb', $key . $key, $how);
    }

    private function take(int $bytes): string
    {
        while (strlen($this->rest) < $bytes) {
            $read = fread($this->stream, 1 << 16);
            is_string($read) && $read !== '' || throw new RuntimeException("the websocket has ended");
            $this->rest .= $read;
        }
        $found = substr($this->rest, 0, $bytes);
        $this->rest = substr($this->rest, $bytes);

        return $found;
    }
}
