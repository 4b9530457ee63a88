<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** A simulated Proxmox VE; it ends when its standard input is closed. */
final class Simulator
{
    /** @var array<string, mixed> what it printed about itself */
    public readonly array $about;

    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];

    public function __construct(string $binary, array $arguments = [])
    {
        $process = proc_open(
            [$binary, ...$arguments],
            [['pipe', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']],
            $this->pipes
        );
        if ($process === false) {
            throw new RuntimeException("$binary did not start");
        }
        $this->process = $process;
        $about = json_decode((string) fgets($this->pipes[1]), true, 8);
        if (!is_array($about)) {
            throw new RuntimeException("$binary is not the simulator, or does not know these arguments");
        }
        $this->about = $about;
    }

    public function __destruct()
    {
        fclose($this->pipes[0]);
        stream_get_contents($this->pipes[1]);
        proc_close($this->process);
    }

    /** The binary: PVESIM, or the one that cargo built in this working copy; null without one. */
    public static function binary(): ?string
    {
        $root = dirname(__DIR__, 3);
        $places = [(string) getenv('PVESIM'), "$root/target/debug/pvesim", "$root/target/pvesim/debug/pvesim"];
        foreach ($places as $file) {
            if ($file !== '' && is_executable($file)) {
                return $file;
            }
        }

        return null;
    }

    public function port(): int
    {
        return (int) parse_url($this->about['url'], PHP_URL_PORT);
    }

    public function pve(): Pve
    {
        return new Pve(
            $this->about['url'],
            $this->about['fingerprint'],
            $this->about['token_id'],
            $this->about['token_secret']
        );
    }

    /**
     * What the simulator shows and takes behind the module's back: see its control.rs.
     *
     * @param array<string, mixed>|null $change null looks, an array changes
     */
    public function control(string $what, ?array $change = null): mixed
    {
        $context = stream_context_create([
            'http' => $change === null ? [] : [
                'method' => 'POST',
                'header' => 'Content-Type: application/json',
                'content' => json_encode((object) $change),
            ],
            'ssl' => ['verify_peer' => false, 'verify_peer_name' => false],
        ]);
        $answer = file_get_contents("{$this->about['url']}/_sim/$what", false, $context);

        return json_decode((string) $answer, true, 512, JSON_THROW_ON_ERROR)['data'];
    }

    /**
     * The server entry for it.
     *
     * @return array<string, string>
     */
    public function serverEntry(?int $port = null): array
    {
        return [
            'hostname' => (string) parse_url($this->about['url'], PHP_URL_HOST),
            'port' => (string) ($port ?? $this->port()),
            'username' => $this->about['token_id'],
            'password' => encrypt($this->about['token_secret']),
            'accesshash' => 'fingerprint=' . $this->about['fingerprint'],
            'assignedips' => $this->about['bridge'] . '|0|192.0.2.10-192.0.2.40|24|192.0.2.1|192.0.2.53',
        ];
    }
}
