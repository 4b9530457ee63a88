<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Setting;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/**
 * The request that a console lives in: opens it, turns it until it is over, and ends it. All that it has to say goes
 * into its answer, which the page reads as it comes: also why there is no console.
 */
final class Holder
{
    /** So many consoles may be open on this web server: each holds a worker of php-fpm. */
    public const SETTING = 'PROXMOXKVM_CONSOLES';

    /** One turn waits so long for something to be seen (milliseconds): a browser that is gone is heard of by then. */
    private const TURN_MS = 500;
    /** So often the answer shows that it is alive, and WHMCS is asked whose the service is (seconds). */
    private const ALIVE_S = 1.0;
    private const LOOK_S = 5.0;
    /** So long nobody may be able to say it (seconds). */
    private const BLIND_S = 60.0;

    /** What Native::read() says in the place of bytes. */
    private const OVER = -1;
    private const BY_REQUESTS = -2;

    private ?int $console = null;
    private bool $isFinished = false;
    private float $answeredAt = 0.0;

    /**
     * @param callable(Throwable): string $sentence what whoever looks is told of an error
     * @param callable(): ?string $over why the visitor may not have it any more, by WHMCS; null: he still may
     */
    public function __construct(private string $actor, private $sentence, private $over, private string $opener)
    {
    }

    /**
     * @param callable(): Params $allowed what WHMCS knows of the order, if whoever asks may have the console
     * @param array<string, mixed> $post the browser's `key`, `by`: the way it takes, `text`: 1 for a terminal
     */
    public function hold(callable $allowed, #[\SensitiveParameter] array $post, bool $looksOnly = false): never
    {
        $session = function_exists('session_id') ? (string) session_id() : '';
        if (function_exists('session_write_close')) {
            // Whoever looks at a console goes on with other pages.
            session_write_close();
        }
        $frames = new Frames();
        register_shutdown_function($this->end(...), 'left');
        try {
            $reply = $this->opened($allowed(), $post, $session, $looksOnly);
        } catch (Throwable $error) {
            $code = $error instanceof CoreError ? $error->reason : '';
            $frames->word(['error' => $code, 'message' => ($this->sentence)($error)]);
            exit;
        }
        if (isset($reply['grant'])) {
            // The browser goes on to the process that serves websockets.
            $frames->word(['grant' => $reply['grant']]);
            exit;
        }
        $console = $this->console = (int) ($reply['console'] ?? 0);
        $frames->word(['open' => true]);
        $end = $this->end($this->turn($frames, $console));
        if (!$this->isFinished && !$frames->isLeft()) {
            $frames->word(['end' => $end, 'message' => Lang::word("console_end_$end", '')]);
        }
        exit;
    }

    /**
     * @param array<string, mixed> $post
     * @return array<string, mixed> the core's reply: a `console` of this process, or a `grant` for another one
     */
    private function opened(Params $params, #[\SensitiveParameter] array $post, string $session, bool $looksOnly): array
    {
        $key = $post['key'] ?? null;
        $by = $post['by'] ?? '';

        return Entry::perform('console', $params, $this->actor, [
            'folder' => Place::folder(),
            'socket' => Place::isKey($key) ? Place::name((string) $key) : '',
            'host' => Place::host(),
            'session' => Place::session($session),
            'most' => Setting::value(self::SETTING),
            'by_requests' => $by === 'requests',
            'by_socket' => $by === 'socket' && Setting::value(Daemon::SETTING) !== null,
            'text' => ($post['text'] ?? '') === '1',
            'look_only' => $looksOnly,
            'opener' => $this->opener,
            'beside' => ($post['beside'] ?? '') === '1',
        ]);
    }

    /** @return string why it is over, as far as that is known here */
    private function turn(Frames $frames, int $console): string
    {
        $lookedAt = $this->answeredAt = microtime(true);
        while (true) {
            $seen = Native::read($console, self::TURN_MS);
            if ($seen === self::OVER) {
                return 'left';
            }
            if ($seen === self::BY_REQUESTS && !$this->isFinished) {
                $this->isFinished = $frames->finish();
            }
            if (is_string($seen) && $seen !== '') {
                $frames->bytes($seen);
            } elseif (!$this->isFinished) {
                $frames->stillHere(self::ALIVE_S);
            }
            if (!$this->isFinished && $frames->isLeft()) {
                return 'left';
            }
            if (microtime(true) - $lookedAt >= self::LOOK_S) {
                $lookedAt = microtime(true);
                $why = $this->over();
                if ($why !== null) {
                    return $why;
                }
            }
        }
    }

    private function over(): ?string
    {
        try {
            $why = ($this->over)();
            $this->answeredAt = microtime(true);

            return $why;
        } catch (Throwable) {
            // A database that does not answer at this moment is asked again, and not for long.
            return microtime(true) - $this->answeredAt >= self::BLIND_S ? 'closed' : null;
        }
    }

    /** Once; also where PHP ends the request. */
    private function end(string $why): string
    {
        if ($this->console === null) {
            return $why;
        }
        [$console, $this->console] = [$this->console, null];
        try {
            return (string) (Native::call('console_end', ['console' => $console, 'why' => $why])['end'] ?? $why);
        } catch (Throwable) {
            // The library ends what nobody turns any more.
            return $why;
        }
    }
}
