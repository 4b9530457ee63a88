<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

/** The secrets of a request, in every form in which they could turn up in a text. */
final class Secrets
{
    /** Keys of lines of the access hash and of "More settings" whose value is secret. */
    private const SECRET_KEY = '/secret|token|passw|pwd|key|tsig/i';

    /** Keys whose value may be long and is no secret. Under any other key, as a misspelt one, it may be one. */
    private const OPEN_KEYS = ['fingerprint', 'ca', 'endpoints'];

    /** Shorter ones are words of any text: what is so short is replaced only where it stands alone. */
    private const LONG = 8;

    /** Still shorter ones would make every sentence unreadable, and protect nothing. */
    private const SHORTEST = 4;

    /** @var array<string, true> */
    private array $raw = [];

    /** @param array<string, mixed> $request a request to the core, or a list of orders inside one */
    public static function of(array $request): self
    {
        $secrets = new self();
        $orders = is_array($request['orders'] ?? null) ? $request['orders'] : [];
        $samples = is_array($request['samples'] ?? null) ? $request['samples'] : [];
        $samples = array_map(static fn (mixed $server): array => ['server' => $server], $samples);
        foreach ([$request, ...$orders, ...$samples] as $order) {
            $server = is_array($order['server'] ?? null) ? $order['server'] : [];
            $secrets->add($order['service']['password'] ?? '');
            $secrets->add($server['password'] ?? '');
            $secrets->addLines($server['access_hash'] ?? '');
            $secrets->addLines($order['package']['options'][Params::OPTIONS - 1] ?? '');
            foreach (['username', 'hostname', 'ip'] as $field) {
                $secrets->addMisplaced($server[$field] ?? '');
            }
        }
        $secrets->add($request['key'] ?? '');
        foreach (['password', 'ssh_key', 'user_data', 'seal_key'] as $field) {
            $secrets->add($request[$field] ?? '');
        }
        $zones = is_array($request['zones'] ?? null) ? $request['zones'] : [];
        foreach ([$request['zone'] ?? [], ...$zones] as $zone) {
            // The core takes a key without the spaces around it.
            $secrets->add(trim((string) ($zone['secret'] ?? '')));
            foreach (['endpoint', 'key_name', 'user'] as $field) {
                $secrets->addMisplaced($zone[$field] ?? '');
            }
        }

        return $secrets;
    }

    /**
     * What logModuleCall() has to replace, in whatever text.
     *
     * @return list<string> longest first, so that no form is cut by a shorter one
     */
    public function forms(): array
    {
        return $this->formsOf(static fn (int $length): bool => $length >= self::LONG);
    }

    public function mask(string $text): string
    {
        $short = $this->formsOf(
            static fn (int $length): bool => $length >= self::SHORTEST && $length < self::LONG
        );
        foreach ($short as $form) {
            $alone = '/(?<![\p{L}\p{N}])' . preg_quote($form, '/') . '(?![\p{L}\p{N}])/u';
            $text = preg_replace($alone, '***', $text) ?? str_replace($form, '***', $text);
        }

        return str_replace($this->forms(), '***', $text);
    }

    /**
     * @param callable(int): bool $isWanted by the length of a secret
     * @return list<string>
     */
    private function formsOf(callable $isWanted): array
    {
        $forms = [];
        foreach (array_map('strval', array_keys($this->raw)) as $secret) {
            if ($isWanted(strlen($secret))) {
                array_push($forms, $secret, ...SecretForms::of($secret));
            }
        }
        $forms = array_values(array_unique($forms));
        usort($forms, static fn (string $a, string $b): int => strlen($b) <=> strlen($a));

        return $forms;
    }

    private function add(mixed $secret): void
    {
        if (is_string($secret) && $secret !== '') {
            $this->raw[$secret] = true;
        }
    }

    /** What stands behind a name, as in `root@pam!whmcs=<secret>`, or before a host, as in `https://root:<secret>@pve1`. */
    private function addMisplaced(mixed $text): void
    {
        $text = is_string($text) ? (string) preg_replace('~^\w+://~', '', $text) : '';
        if (preg_match('/^[^:=]*[:=](.*)@[^@]*$/s', $text, $before) === 1) {
            $this->add($before[1]);
        } elseif (preg_match('/^[^=]*=(.*)$/s', $text, $behind) === 1) {
            $this->add($behind[1]);
        } elseif (preg_match('/!?[^:\[\/]+:([^\/:]*\D[^\/:]*)/', $text, $behind) === 1) {
            $this->add(trim($behind[1]));
        }
    }

    private function addLines(mixed $lines): void
    {
        foreach (is_string($lines) ? preg_split('/\R/', $lines) ?: [] : [] as $line) {
            [$key, $value] = array_map('trim', [...explode('=', $line, 2), '']);
            if (!str_contains($line, '=')) {
                [$key, $value] = ['', $key];
            }
            $isOpen = strlen($value) < self::LONG || in_array(strtolower($key), self::OPEN_KEYS, true);
            if (preg_match(self::SECRET_KEY, $key) === 1 || !$isOpen) {
                $this->add($value);
            }
        }
    }
}
