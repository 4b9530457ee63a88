<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

/** The secrets of a request, in every form in which they could turn up in a log. */
final class Secrets
{
    /** Keys of lines of the access hash and of "More settings" whose value is secret. */
    private const SECRET_KEY = '/secret|token|passw|pwd|key|tsig/i';

    /** Keys whose value may be long and is no secret. Under any other key, as a misspelt one, it may be one. */
    private const OPEN_KEYS = ['fingerprint', 'ca', 'endpoints'];

    /** No secret is shorter. */
    private const SHORTEST = 8;

    /** @var array<string, true> */
    private array $raw = [];

    /** @param array<string, mixed> $request a request to the core, or a list of orders inside one */
    public static function of(array $request): self
    {
        $secrets = new self();
        $orders = is_array($request['orders'] ?? null) ? $request['orders'] : [];
        foreach ([$request, ...$orders] as $order) {
            $secrets->add($order['service']['password'] ?? '');
            $secrets->add($order['server']['password'] ?? '');
            $secrets->addLines($order['server']['access_hash'] ?? '');
            $secrets->addLines($order['package']['options'][Params::OPTIONS - 1] ?? '');
        }
        $zones = is_array($request['zones'] ?? null) ? $request['zones'] : [];
        foreach ([$request['zone'] ?? [], ...$zones] as $zone) {
            // The core takes a key without the spaces around it.
            $secrets->add(trim((string) ($zone['secret'] ?? '')));
        }

        return $secrets;
    }

    /**
     * What logModuleCall() has to replace.
     *
     * @return list<string> longest first, so that no form is cut by a shorter one
     */
    public function forms(): array
    {
        $forms = [];
        foreach (array_map('strval', array_keys($this->raw)) as $secret) {
            array_push($forms, $secret, ...self::written($secret));
        }
        $forms = array_values(array_unique($forms));
        usort($forms, static fn (string $a, string $b): int => strlen($b) <=> strlen($a));

        return $forms;
    }

    public function mask(string $text): string
    {
        return str_replace($this->forms(), '***', $text);
    }

    /** @return list<string> */
    private static function written(string $secret): array
    {
        $forms = [urlencode($secret), rawurlencode($secret), Text::html($secret)];
        foreach ([0, Native::JSON] as $flags) {
            $once = self::inJson($secret, $flags);
            // Twice: a text that quotes JSON, inside the JSON of a log.
            array_push($forms, $once, self::inJson($once, 0), self::inJson($once, Native::JSON));
        }
        $base64 = base64_encode($secret);

        return [...$forms, $base64, rtrim($base64, '=')];
    }

    private static function inJson(string $text, int $flags): string
    {
        return substr((string) json_encode($text, $flags | JSON_INVALID_UTF8_SUBSTITUTE), 1, -1);
    }

    private function add(mixed $secret): void
    {
        if (is_string($secret) && $secret !== '') {
            $this->raw[$secret] = true;
        }
    }

    private function addLines(mixed $lines): void
    {
        foreach (is_string($lines) ? preg_split('/\R/', $lines) : [] as $line) {
            [$key, $value] = array_map('trim', [...explode('=', $line, 2), '']);
            if (!str_contains($line, '=')) {
                [$key, $value] = ['', $key];
            }
            $isOpen = strlen($value) < self::SHORTEST || in_array(strtolower($key), self::OPEN_KEYS, true);
            if (preg_match(self::SECRET_KEY, $key) === 1 || !$isOpen) {
                $this->add($value);
            }
        }
    }
}
