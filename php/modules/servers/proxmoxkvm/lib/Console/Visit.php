<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

/**
 * A small request of an open console, passed on through the socket of the worker that has it. WHMCS is not loaded: that
 * worker knows which browser its console is open in, and takes nothing from another one.
 */
final class Visit
{
    /**
     * The header that holds what only the console's browser knows. A foreign page cannot send it. In an answer it says
     * that the module has given it, and no web server or firewall in its place.
     */
    public const HEADER = 'X-Proxmoxkvm-Console';

    /** What may be asked, and how long its answer is waited for (seconds). */
    private const WORDS = ['keys' => 30, 'take' => 30, 'leave' => 10];

    private const MOST_BYTES = 65536;
    private const MOST_COOKIES = 50;

    public static function answer(): void
    {
        $word = is_string($_SERVER['QUERY_STRING'] ?? null) ? $_SERVER['QUERY_STRING'] : '';
        $key = $_SERVER['HTTP_X_PROXMOXKVM_CONSOLE'] ?? null;
        if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST' || !isset(self::WORDS[$word]) || !Place::isKey($key)) {
            self::say(400);

            return;
        }
        if (!self::isOfThisSite()) {
            self::say(403);

            return;
        }
        $body = $word === 'keys' ? self::typed($_POST['k'] ?? '') : '';
        if ($body === null) {
            self::say(400);

            return;
        }
        // Who has another's folder there hears nothing of what is typed.
        [$status, $why, $bytes] = Place::isOurs()
            ? self::passOn(Place::socket((string) $key), $word, $body, $_COOKIE)
            : [404, '', ''];
        self::say($status, $why, $bytes);
    }

    /**
     * @param array<mixed> $cookies
     * @return array{int, string, string} status of HTTP, why the console is over, what is to be seen
     */
    public static function passOn(string $socket, string $word, string $body, array $cookies): array
    {
        if (strlen($body) > self::MOST_BYTES) {
            return [413, '', ''];
        }
        $errors = error_reporting(0);
        $stream = stream_socket_client("unix://$socket", $number, $message, 2.0);
        error_reporting($errors);
        if ($stream === false) {
            // Not open yet, or over: the page knows which.
            return [404, '', ''];
        }
        stream_set_timeout($stream, self::WORDS[$word]);
        $sessions = array_map(Place::session(...), array_filter($cookies, is_string(...)));
        $sessions = implode(',', array_slice(array_filter(array_values($sessions)), 0, self::MOST_COOKIES));
        $line = "$word " . Place::host() . ' ' . ($sessions === '' ? '-' : $sessions) . ' ' . strlen($body) . "\n";
        if (fwrite($stream, $line . $body) !== strlen($line . $body)) {
            return [502, '', ''];
        }
        $head = explode(' ', trim((string) fgets($stream)));
        $bytes = $head[0] === '200' ? (string) stream_get_contents($stream, (int) ($head[1] ?? 0)) : '';
        fclose($stream);
        $isShort = $head[0] === '200' && strlen($bytes) !== (int) $head[1];
        if ($isShort || preg_match('/^(?:[24]\d\d|503)$/D', $head[0]) !== 1) {
            return [502, '', ''];
        }

        $why = $head[0] === '410' && preg_match('/^\w+$/D', $head[1] ?? '') === 1 ? $head[1] : '';

        return [(int) $head[0], $why, $bytes];
    }

    /** What was typed comes as a field of a form: firewalls before web servers take no bytes without a type. */
    private static function typed(#[\SensitiveParameter] mixed $field): ?string
    {
        $bytes = is_string($field) ? base64_decode(strtr($field, '-_', '+/'), true) : false;

        return $bytes === false ? null : $bytes;
    }

    /** Newer browsers say whose page a request is of: another one has no business here. */
    private static function isOfThisSite(): bool
    {
        return in_array($_SERVER['HTTP_SEC_FETCH_SITE'] ?? '', ['', 'same-origin'], true);
    }

    private static function say(int $status, string $why = '', string $bytes = ''): void
    {
        http_response_code($status);
        header(self::HEADER . ': here');
        header('Content-Type: application/octet-stream');
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        if ($why !== '') {
            header("X-Proxmoxkvm-End: $why");
        }
        echo $bytes;
    }
}
