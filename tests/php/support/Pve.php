<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/** Looks at a Proxmox VE, apart from the module: its certificate is known by its fingerprint. */
final class Pve
{
    public function __construct(
        private string $url,
        private string $fingerprint,
        private string $tokenId,
        private string $tokenSecret
    ) {
    }

    /** @return mixed the answer's data */
    public function get(string $path): mixed
    {
        return $this->request('GET', $path);
    }

    /** @param array<string, string> $form */
    public function request(string $method, string $path, array $form = []): mixed
    {
        $context = stream_context_create([
            'http' => [
                'method' => $method,
                'header' => "Authorization: PVEAPIToken={$this->tokenId}={$this->tokenSecret}\r\nConnection: close"
                    . ($form === [] ? '' : "\r\nContent-Type: application/x-www-form-urlencoded"),
                'ignore_errors' => true,
                'content' => http_build_query($form),
                'timeout' => 60,
            ],
            'ssl' => [
                'verify_peer' => $this->fingerprint === '',
                'verify_peer_name' => $this->fingerprint === '',
            ] + ($this->fingerprint === '' ? [] : [
                'peer_fingerprint' => ['sha256' => strtolower(str_replace(':', '', $this->fingerprint))],
            ]),
        ]);
        $answer = file_get_contents($this->url . '/api2/json' . $path, false, $context);
        $status = (string) ($http_response_header[0] ?? '');
        if ($answer === false || !str_contains($status, ' 200 ')) {
            throw new RuntimeException("$method $path: $status");
        }

        return json_decode($answer, true, 512, JSON_THROW_ON_ERROR)['data'];
    }

    /** @return list<array<string, mixed>> virtual machines, templates apart */
    public function machines(): array
    {
        return array_values(array_filter(
            $this->get('/cluster/resources?type=vm'),
            static fn (array $vm): bool => (int) ($vm['template'] ?? 0) === 0
        ));
    }
}
