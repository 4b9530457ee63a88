<?php

declare(strict_types=1);

namespace Tests\Support;

/**
 * A TCP relay between the module and Proxmox VE that kills a PHP process at a chosen moment.
 *
 * It counts TLS records of application data in both directions. The record at which it kills is not
 * passed on: a request is lost on its way, or it was carried out and its answer is lost.
 */
final class KillingGate
{
    private const APPLICATION_DATA = 23;

    /** Records seen so far, over all processes. */
    public int $records = 0;

    /** @var resource */
    private $listener;

    /** @var array<int, array{in: resource, out: resource, rest: string}> one for each direction of a connection */
    private array $flows = [];

    public function __construct(
        private int $upstream,
        private int $killAt = PHP_INT_MAX,
        private int $signal = SIGKILL
    ) {
        $this->listener = stream_socket_server('tcp://127.0.0.1:0');
    }

    public function port(): int
    {
        return (int) substr((string) strrchr((string) stream_socket_get_name($this->listener, false), ':'), 1);
    }

    /** Relays until the process has ended. @return bool was it killed here? */
    public function serve(Php|FpmPage $php): bool
    {
        $killed = false;
        while ($php->isRunning()) {
            $ready = [$this->listener, ...array_column($this->flows, 'in')];
            $none = null;
            // The limit is only for noticing the end of the process.
            if (stream_select($ready, $none, $none, 0, 20_000) === 0) {
                continue;
            }
            foreach ($ready as $stream) {
                if ($stream === $this->listener) {
                    $this->accept();
                } elseif (!$killed && $this->relay($stream)) {
                    $php->kill($this->signal);
                    $killed = true;
                    $this->closeAll();
                    break;
                }
            }
        }
        $this->closeAll();

        return $killed;
    }

    private function accept(): void
    {
        $client = stream_socket_accept($this->listener);
        $server = stream_socket_client("tcp://127.0.0.1:{$this->upstream}");
        foreach ([[$client, $server], [$server, $client]] as [$in, $out]) {
            stream_set_blocking($in, false);
            $this->flows[(int) $in] = ['in' => $in, 'out' => $out, 'rest' => ''];
        }
    }

    /** @param resource $in @return bool has the moment come? */
    private function relay($in): bool
    {
        $flow = $this->flows[(int) $in] ?? null;
        if ($flow === null) {
            return false;
        }
        $bytes = (string) fread($in, 1 << 16);
        if ($bytes === '') {
            if (feof($in)) {
                $this->close($flow);
            }

            return false;
        }
        $data = $flow['rest'] . $bytes;
        while (strlen($data) >= 5 && strlen($data) >= 5 + ($length = unpack('n', $data, 3)[1])) {
            $isData = ord($data[0]) === self::APPLICATION_DATA;
            if ($isData && ++$this->records === $this->killAt) {
                return true;
            }
            $this->write($flow['out'], substr($data, 0, 5 + $length));
            $data = substr($data, 5 + $length);
        }
        $this->flows[(int) $in]['rest'] = $data;

        return false;
    }

    /** @param resource $out */
    private function write($out, string $bytes): void
    {
        stream_set_blocking($out, true);
        @fwrite($out, $bytes);
        stream_set_blocking($out, false);
    }

    /** @param array{in: resource, out: resource} $flow */
    private function close(array $flow): void
    {
        unset($this->flows[(int) $flow['in']], $this->flows[(int) $flow['out']]);
        fclose($flow['in']);
        fclose($flow['out']);
    }

    private function closeAll(): void
    {
        foreach ($this->flows as $flow) {
            is_resource($flow['in']) && fclose($flow['in']);
        }
        $this->flows = [];
    }
}
