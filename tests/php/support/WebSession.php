<?php

declare(strict_types=1);

namespace Tests\Support;

use CurlHandle;
use RuntimeException;

/** Somebody at a browser, without the browser: one session at the stand-in WHMCS. */
final class WebSession
{
    public readonly string $token;
    private CurlHandle $curl;
    private int $status = 0;

    /** @param string $login `client=1`, `admin=1`, both, or nothing */
    public function __construct(private string $url, string $login = '')
    {
        $this->curl = curl_init();
        curl_setopt_array($this->curl, [
            // Keeps cookies without a file.
            CURLOPT_COOKIEFILE => '',
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_FOLLOWLOCATION => true,
            CURLOPT_TIMEOUT => 120,
        ]);
        $this->token = $this->get("/login.php?$login");
    }

    public function get(string $path): string
    {
        curl_setopt($this->curl, CURLOPT_HTTPGET, true);

        return $this->send($path);
    }

    /** @param array<string, string|int> $form the token is added, unless it is there */
    public function post(string $path, array $form): string
    {
        curl_setopt_array($this->curl, [
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => http_build_query($form + ['token' => $this->token]),
        ]);

        return $this->send($path);
    }

    /**
     * The beginning of an answer that would go on; then this browser is gone.
     *
     * @param array<string, string|int> $form
     */
    public function beginning(string $path, array $form, string $until): string
    {
        $seen = '';
        curl_setopt_array($this->curl, [
            CURLOPT_URL => $this->url . $path,
            CURLOPT_POST => true,
            CURLOPT_POSTFIELDS => http_build_query($form + ['token' => $this->token]),
            CURLOPT_WRITEFUNCTION => static function (CurlHandle $_, string $bytes) use (&$seen, $until): int {
                $seen .= $bytes;

                return str_contains($seen, $until) ? 0 : strlen($bytes);
            },
        ]);
        curl_exec($this->curl);

        return $seen;
    }

    public function status(): int
    {
        return $this->status;
    }

    private function send(string $path): string
    {
        curl_setopt($this->curl, CURLOPT_URL, $this->url . $path);
        $body = curl_exec($this->curl);
        if (!is_string($body)) {
            throw new RuntimeException("$path: " . curl_error($this->curl));
        }
        $this->status = (int) curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE);

        return $body;
    }
}
