<?php

declare(strict_types=1);

namespace Demo;

use InvalidArgumentException;
use RuntimeException;
use Tests\Support\Pve;
use Tests\Support\Simulator;

/** The Proxmox VE of the demo: a real one (PVE_URL) or the simulator. Its secret goes nowhere but WHMCS. */
final class Target
{
    private ?Simulator $simulator = null;

    /** @var array<string, string> */
    private array $about;

    public readonly bool $isReal;

    /** @param list<string> $arguments of the script: optionally the path of the simulator, and its own ones */
    public function __construct(array $arguments)
    {
        $this->isReal = (string) getenv('PVE_URL') !== '';
        $this->about = $this->isReal ? self::fromEnvironment() : $this->simulated(array_slice($arguments, 1));
    }

    public function title(): string
    {
        return ($this->isReal ? 'Proxmox VE at ' : 'Simulated Proxmox VE at ') . $this->about['url'];
    }

    public function template(): string
    {
        return $this->about['template'];
    }

    /** @return array<string, string> columns of the server entry */
    public function serverEntry(): array
    {
        $url = parse_url($this->about['url']);
        if (!isset($url['host'])) {
            throw new InvalidArgumentException('PVE_URL is no URL: https://<host>:8006 is expected');
        }
        $fingerprint = $this->about['fingerprint'];

        return [
            'hostname' => trim($url['host'], '[]'),
            'port' => (string) ($url['port'] ?? 8006),
            'username' => $this->about['token_id'],
            'password' => encrypt($this->about['token_secret']),
            'accesshash' => $fingerprint === '' ? '' : "fingerprint=$fingerprint",
            'assignedips' => $this->about['address_line'],
        ];
    }

    public function pve(): Pve
    {
        return new Pve(
            rtrim($this->about['url'], '/'),
            $this->about['fingerprint'],
            $this->about['token_id'],
            $this->about['token_secret']
        );
    }

    /**
     * @param list<string> $command
     * @return array<string, string>
     */
    private function simulated(array $command): array
    {
        $binary = array_shift($command) ?? Simulator::binary();
        if ($binary === null) {
            throw new RuntimeException('no simulator: give its path as the argument or in PVESIM, or set PVE_URL');
        }
        if (!is_file($binary) || !is_executable($binary)) {
            throw new RuntimeException("$binary is no program that can be run: `make demo` builds the simulator");
        }
        $this->simulator = new Simulator($binary, $command);
        $about = array_map('strval', array_filter($this->simulator->about, 'is_scalar'));
        $about['address_line'] = (string) getenv('ADDRESS_LINE') !== ''
            ? PackageEnv::lines((string) getenv('ADDRESS_LINE'))
            : "{$about['bridge']}|0|192.0.2.10-192.0.2.20|24|192.0.2.1|192.0.2.53,198.51.100.53";

        return $about;
    }

    /** @return array<string, string> */
    private static function fromEnvironment(): array
    {
        $about = ['fingerprint' => (string) getenv('PVE_FINGERPRINT')];
        $needed = [
            'url' => 'PVE_URL',
            'token_id' => 'PVE_TOKEN_ID',
            'token_secret' => 'PVE_TOKEN_SECRET',
            'template' => 'PVE_TEMPLATE',
            'address_line' => 'ADDRESS_LINE',
        ];
        foreach ($needed as $key => $variable) {
            $value = (string) getenv($variable);
            if ($value === '') {
                throw new InvalidArgumentException("$variable is missing: with PVE_URL the demo needs "
                    . implode(', ', $needed));
            }
            $about[$key] = $key === 'address_line' ? PackageEnv::lines($value) : $value;
        }

        return $about;
    }
}
