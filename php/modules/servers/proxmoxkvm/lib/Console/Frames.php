<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

/**
 * The answer that a console's picture comes by, written as it goes on. Four bytes say how long what follows is; with
 * their first bit set it is a word for the page, in JSON, else it is RFB. A length of zero says only that the console
 * is still there: by writing it PHP hears that the browser is gone.
 */
final class Frames
{
    private const WORD = 0x80000000;

    private float $writtenAt = 0.0;

    /** Begins the answer: nothing on the way should keep it back. */
    public function __construct()
    {
        while (ob_get_level() > 0 && ob_end_clean()) {
            continue;
        }
        $settings = ['zlib.output_compression' => '0', 'implicit_flush' => '1', 'max_execution_time' => '0'];
        foreach ($settings as $key => $value) {
            function_exists('ini_set') && ini_set($key, $value);
        }
        function_exists('apache_setenv') && apache_setenv('no-gzip', '1');
        header(Visit::HEADER . ': here');
        header('Content-Type: application/octet-stream');
        header('Cache-Control: no-store, no-transform');
        header('X-Accel-Buffering: no');
        header('X-Content-Type-Options: nosniff');
        $this->write('', 0);
    }

    public function bytes(string $bytes): void
    {
        $this->write($bytes, strlen($bytes));
    }

    /** @param array<string, mixed> $word */
    public function word(array $word): void
    {
        $json = json_encode($word, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
        $this->write($json, self::WORD | strlen($json));
    }

    /** Something has to be written now and then, or nobody hears of a browser that is gone. */
    public function stillHere(float $seconds): void
    {
        if (microtime(true) - $this->writtenAt >= $seconds) {
            $this->write('', 0);
        }
    }

    public function isLeft(): bool
    {
        return connection_aborted() !== 0;
    }

    /**
     * Nothing more comes by this answer: the browser has it now, where the web server can be told so, and this worker
     * goes on with the console.
     *
     * @return bool whether it could be told
     */
    public function finish(): bool
    {
        foreach (['fastcgi_finish_request', 'litespeed_finish_request'] as $function) {
            if (function_exists($function)) {
                $function();

                return true;
            }
        }

        return false;
    }

    private function write(string $bytes, int $length): void
    {
        echo pack('N', $length), $bytes;
        flush();
        $this->writtenAt = microtime(true);
    }
}
