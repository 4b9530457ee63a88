<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/**
 * A real QEMU, emulated and without a disk of its own: its 512 bytes of boot sector paint the upper half of the screen
 * in the colour of a key's upper four bits, and the lower half in that of the lower four. It ends with its object.
 */
final class Qemu
{
    private const BINARY = '/usr/bin/qemu-system-x86_64';
    private const SECONDS = 20.0;

    /** In 16-bit code: 320x200 pixels, then for ever a key of the BIOS and two fills of the picture. */
    private const BOOT = [
        'b81300', 'cd10', // mode 13h
        'b800a0', '8ec0', // es: the picture
        '31c0', 'cd16', // al: the letter of the next key
        '88c3', 'c0e804', '31ff', 'b9007d', 'fc', 'f3aa', // the upper half
        '88d8', '240f', 'b9007d', 'f3aa', // the lower half
        'ebe4', // again
    ];

    /** @var resource */
    private $process;

    private string $folder;

    public function __construct()
    {
        $this->folder = TempDir::make();
        $boot = (string) hex2bin(implode('', self::BOOT));
        file_put_contents("$this->folder/boot", str_pad($boot, 510, "\0") . "\x55\xaa" . str_repeat("\0", 1 << 20));
        $pipes = [];
        $process = proc_open([
            self::BINARY, '-accel', 'tcg', '-nodefaults', '-display', 'none', '-vga', 'std', '-m', '16',
            '-drive', "file=$this->folder/boot,format=raw,if=ide",
            '-vnc', "unix:$this->folder/vnc,password=on", '-qmp', "unix:$this->folder/qmp,server=on,wait=off",
        ], [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', "$this->folder/said", 'w']], $pipes);
        if ($process === false) {
            throw new RuntimeException(self::BINARY . ' did not start');
        }
        $this->process = $process;
        for ($end = microtime(true) + self::SECONDS; !$this->listens(); usleep(5000)) {
            if (microtime(true) > $end || !proc_get_status($process)['running']) {
                throw new RuntimeException('QEMU does not run: ' . file_get_contents("$this->folder/said"));
            }
        }
    }

    public function __destruct()
    {
        proc_terminate($this->process, 9);
        proc_close($this->process);
    }

    public static function exists(): bool
    {
        return is_executable(self::BINARY);
    }

    /** @return array{vnc: string, qmp: string} where it listens, as the simulator takes it */
    public function places(): array
    {
        return ['vnc' => "$this->folder/vnc", 'qmp' => "$this->folder/qmp"];
    }

    /** How many look at its screen: what the monitor says. QEMU lets go of all keys whenever one of them leaves. */
    public function viewers(): int
    {
        $monitor = stream_socket_client("unix://$this->folder/qmp", timeout: self::SECONDS)
            ?: throw new RuntimeException('the monitor of QEMU does not answer');
        stream_set_timeout($monitor, (int) self::SECONDS);
        fwrite($monitor, '{"execute": "qmp_capabilities"}' . "\n" . '{"execute": "query-vnc"}' . "\n");
        while (($line = fgets($monitor)) !== false) {
            $answer = json_decode($line, true);
            if (isset($answer['return']['clients'])) {
                return count($answer['return']['clients']);
            }
        }
        throw new RuntimeException('the monitor of QEMU does not say who looks');
    }

    private function listens(): bool
    {
        return file_exists("$this->folder/vnc") && file_exists("$this->folder/qmp");
    }
}
