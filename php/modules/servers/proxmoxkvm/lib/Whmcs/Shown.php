<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

/**
 * A request as it may be shown. Secrets have fields of their own, and are typed into others all the same: of a field,
 * only what looks like what belongs there is shown.
 */
final class Shown
{
    public const HIDDEN = '***';

    private const HOST = '~^(https?://)?([\w.-]+|\[?[\da-f:.]+\]?)(:\d{1,5})?(?=$|/)~iD';

    /** Words that a host could be called: the secret of a token of Proxmox VE, and an API's key, which has no dot. */
    private const TOKEN = '~(?<![\w.-])[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}(?![\w.-])~i';
    private const KEY = '/^[\w-]{20,}$/D';

    /** What a field of a server entry looks like, and lines of the two that have some. */
    private const SERVER = [
        'username' => '/^[^\s:=\/!]+@[a-z][\w.-]*(![a-z][\w.-]*)?$/iD',
        'port' => '/^\d{0,5}$/D',
    ];
    private const SERVER_LINES = [
        'access_hash' => '/^\s*(fingerprint|ca|endpoints|insecure)\s*=[\w.:,\-\/\[\] ]*$/iD',
        'assigned_ips' => '/^\s*[\w.-]+\s*\|\s*\d*\s*\|[\da-f.:\- ]*\|[\/\d ]*\|[\da-f.: ]*\|[\da-f.:, ]*$/iD',
    ];
    /** What is shown of no request: a private key may have been pasted, and whoever gives cloud-init something. */
    private const HIDDEN_FIELDS = ['ssh_key', 'user_data', 'seal_key'];

    /** What a form names an SSH key by. */
    private const KEY_NAME = '~^\s*(SHA256:[\w+/]+=?|none|)\s*$~D';
    private const SETTING = '/^\s*[a-z_]+\s*=\s*\w{0,8}\s*$/iD';

    private const ZONE = [
        'zone' => '/^[\p{L}\p{N}_.\/-]*$/uD',
        'server' => '/^[\w.-]*$/D',
        'addresses' => '/^[\d.\/\- ]*$/D',
        'ca' => '/^(\/.*)?$/D',
        'fingerprint' => '/^[\da-f: ]*$/iD',
        'ttl' => '/^\d{0,6}$/D',
    ];
    /** Of a zone, every other text is a word or a name. */
    private const NAME = '/^[\p{L}\p{N}_.-]*$/uD';

    /**
     * @param array<string, mixed> $request
     * @return array<string, mixed>
     */
    public static function request(array $request): array
    {
        $lists = ['orders' => self::request(...), 'zones' => self::zone(...), 'samples' => self::server(...)];
        foreach ($lists as $list => $one) {
            if (is_array($request[$list] ?? null)) {
                $request[$list] = array_map($one, $request[$list]);
            }
        }
        foreach (['zone' => self::zone(...), 'server' => self::server(...)] as $field => $one) {
            if (is_array($request[$field] ?? null)) {
                $request[$field] = $one($request[$field]);
            }
        }
        if (is_array($request['service'] ?? null)) {
            $request['service'] = self::withoutSecret($request['service'], 'password');
        }
        // It may be a private key that was pasted by mistake; and the comment of a public one is a person's.
        foreach (isset($request['key']) ? ['key', 'label', ...self::HIDDEN_FIELDS] : self::HIDDEN_FIELDS as $field) {
            $request = self::withoutSecret($request, $field);
        }
        foreach (['ssh_keys', 'fingerprint'] as $field) {
            $parts = $request[$field] ?? '';
            $parts = is_array($parts) ? $parts : explode(',', (string) $parts);
            $isName = static fn (mixed $part): bool => is_string($part) && preg_match(self::KEY_NAME, $part) === 1;
            $request = array_filter($parts, $isName) === $parts ? $request : self::withoutSecret($request, $field);
        }
        $settings = $request['package']['options'][Params::OPTIONS - 1] ?? '';
        if (is_string($settings) && $settings !== '') {
            $request['package']['options'][Params::OPTIONS - 1] = self::lines($settings, self::SETTING);
        }

        return $request;
    }

    /**
     * @param array<string, mixed> $server
     * @return array<string, mixed>
     */
    public static function server(array $server): array
    {
        $server = self::fields(self::withoutSecret($server, 'password'), self::SERVER);
        foreach (['hostname', 'ip'] as $field) {
            $server = self::host($server, $field);
        }
        foreach (self::SERVER_LINES as $field => $line) {
            if (is_string($server[$field] ?? null)) {
                $server[$field] = self::lines($server[$field], $line);
            }
        }

        return $server;
    }

    /**
     * @param array<string, mixed> $zone
     * @return array<string, mixed>
     */
    public static function zone(array $zone): array
    {
        $zone = self::withoutSecret($zone, 'secret');
        $others = ['secret' => '', 'endpoint' => '', 'provider' => ''];
        $names = array_diff_key(array_filter($zone, is_string(...)), self::ZONE, $others);
        $zone = self::fields($zone, self::ZONE + array_fill_keys(array_keys($names), self::NAME));
        $zone = self::host($zone, 'endpoint');
        if (preg_match(self::KEY, trim((string) ($zone['endpoint'] ?? ''))) === 1) {
            $zone['endpoint'] = self::HIDDEN;
        }

        return $zone;
    }

    /**
     * @param array<string, mixed> $fields
     * @return array<string, mixed>
     */
    private static function withoutSecret(array $fields, string $field): array
    {
        if (($fields[$field] ?? '') !== '') {
            $fields[$field] = self::HIDDEN;
        }

        return $fields;
    }

    /**
     * @param array<string, mixed> $fields
     * @param array<string, string> $patterns
     * @return array<string, mixed>
     */
    private static function fields(array $fields, array $patterns): array
    {
        foreach (array_intersect_key($patterns, $fields) as $field => $pattern) {
            if ($fields[$field] !== '' && preg_match($pattern, (string) $fields[$field]) !== 1) {
                $fields[$field] = self::HIDDEN;
            }
        }

        return $fields;
    }

    /**
     * Of an address for browsers, what stands before its query.
     *
     * @param array<string, mixed> $fields
     * @return array<string, mixed>
     */
    private static function host(array $fields, string $field): array
    {
        $typed = (string) ($fields[$field] ?? '');
        if ($typed !== '') {
            $plain = (string) preg_replace('/[?#].*$/s', '', $typed);
            $isPlain = !str_contains($typed, '@') && preg_match(self::HOST, trim($plain)) === 1
                && preg_match(self::TOKEN, trim($plain)) !== 1;
            $fields[$field] = $isPlain ? $plain : self::HIDDEN;
        }

        return $fields;
    }

    private static function lines(string $text, string $pattern): string
    {
        $lines = array_map(
            static fn (string $line): string => trim($line) === ''
                || (preg_match($pattern, $line) === 1 && preg_match(self::TOKEN, $line) !== 1) ? $line : self::HIDDEN,
            preg_split('/\R/', $text) ?: []
        );

        return implode("\n", $lines);
    }
}
