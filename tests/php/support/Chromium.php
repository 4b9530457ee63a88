<?php

declare(strict_types=1);

namespace Tests\Support;

use RuntimeException;

/**
 * A Chromium without a screen, driven through its DevTools protocol over two pipes: no port, no driver, no
 * package. It has one tab. Clicks are those of a mouse: what is covered or hidden is not clicked.
 */
final class Chromium
{
    private const SECONDS = 30;

    /** Texts of the dialogs that came up; each was accepted. @var list<string> */
    public array $dialogs = [];

    /** Errors of scripts on the pages. @var list<string> */
    public array $errors = [];

    /** What the browser has sent and what it was answered with, without bodies, since listen(). @var list<string> */
    public array $wire = [];

    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];
    private string $rest = '';
    private int $sent = 0;
    private string $session = '';
    private int $loads = 0;

    /** Answers to calls, until they are fetched. @var array<int, array<string, mixed>> */
    private array $answers = [];

    public function __construct()
    {
        $directory = TempDir::make();
        $process = proc_open([
            'chromium', '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
            '--hide-scrollbars', '--remote-debugging-pipe', "--user-data-dir=$directory", 'about:blank',
        ], [
            ['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', "$directory/errors.log", 'w'],
            ['pipe', 'r'], ['pipe', 'w'],
        ], $this->pipes, null, ['HOME' => $directory] + getenv());
        if ($process === false) {
            throw new RuntimeException('chromium did not start');
        }
        $this->process = $process;
        $target = $this->call('Target.createTarget', ['url' => 'about:blank'])['targetId'];
        $this->session = $this->call('Target.attachToTarget', ['targetId' => $target, 'flatten' => true])['sessionId'];
        foreach (['Page', 'Runtime'] as $domain) {
            $this->call("$domain.enable");
        }
    }

    public function __destruct()
    {
        $this->session = '';
        try {
            $this->call('Browser.close');
        } catch (RuntimeException) {
            proc_terminate($this->process, SIGKILL);
        }
        proc_close($this->process);
    }

    public static function exists(): bool
    {
        return is_executable('/usr/bin/chromium');
    }

    public function listen(): void
    {
        $this->call('Network.enable');
    }

    public function open(string $url): void
    {
        $loads = $this->loads;
        $this->call('Page.navigate', ['url' => $url]);
        $this->until(fn (): bool => $this->loads > $loads, "loading $url");
    }

    /** @return mixed the value of an expression, or of the promise that it is */
    public function evaluate(string $expression): mixed
    {
        $answer = $this->call('Runtime.evaluate', [
            'expression' => $expression,
            'returnByValue' => true,
            'awaitPromise' => true,
        ]);
        if (isset($answer['exceptionDetails'])) {
            throw new RuntimeException("$expression: " . json_encode($answer['exceptionDetails']['exception'] ?? ''));
        }

        return $answer['result']['value'] ?? null;
    }

    /** Waits until an expression is true on the page. */
    public function wait(string $expression): void
    {
        // A promise that looks again at every frame: nothing sleeps on this side.
        $isTrue = "new Promise(function (done) { var end = Date.now() + 1000 * " . self::SECONDS . ';'
            // What is not on the page yet may come.
            . "(function look() { var good = false; try { good = !!($expression); } catch (missing) { }"
            . ' if (good || Date.now() > end) { done(good); }'
            . ' else { setTimeout(look, 20); } }()); })';
        try {
            $good = $this->evaluate($isTrue);
        } catch (RuntimeException $gone) {
            // The page was loaded anew meanwhile.
            $good = str_contains($gone->getMessage(), 'navigated') ? $this->evaluate($isTrue) : throw $gone;
        }
        if ($good !== true) {
            throw new RuntimeException("never came true: $expression\n" . $this->text());
        }
    }

    public function click(string $selector): void
    {
        [$x, $y] = $this->place($selector);
        foreach (['mousePressed', 'mouseReleased'] as $type) {
            $this->call('Input.dispatchMouseEvent', [
                'type' => $type, 'x' => $x, 'y' => $y, 'button' => 'left', 'clickCount' => 1,
            ]);
        }
    }

    /** From the middle of one element to that of another, the button held. */
    public function drag(string $selector, string $to): void
    {
        [$x, $y] = $this->place($selector);
        [$x2, $y2] = $this->evaluate('(function () { var box = document.querySelector(' . json_encode($to)
            . ').getBoundingClientRect(); return [box.left + box.width / 2, box.top + box.height / 2]; }())');
        $steps = [['mousePressed', $x, $y], ['mouseMoved', $x2, $y2], ['mouseReleased', $x2, $y2]];
        foreach ($steps as [$type, $at, $height]) {
            $this->call('Input.dispatchMouseEvent', [
                'type' => $type, 'x' => $at, 'y' => $height, 'button' => 'left', 'buttons' => 1, 'clickCount' => 1,
            ]);
        }
    }

    /** As a finger does it, on a window of a phone. */
    public function tap(string $selector): void
    {
        [$x, $y] = $this->place($selector);
        $this->call('Input.dispatchTouchEvent', ['type' => 'touchStart', 'touchPoints' => [['x' => $x, 'y' => $y]]]);
        $this->call('Input.dispatchTouchEvent', ['type' => 'touchEnd', 'touchPoints' => []]);
    }

    /** @return array{float, float} the middle of what can be hit there */
    private function place(string $selector): array
    {
        $json = json_encode($selector);
        $place = $this->evaluate("(function () { var found = document.querySelector($json);"
            . ' if (!found || found.disabled) { return null; } found.scrollIntoView({block: "center"});'
            . ' var box = found.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;'
            . ' return found.contains(document.elementFromPoint(x, y)) ? [x, y] : null; }())');

        return $place ?? throw new RuntimeException("cannot be hit: $selector\n" . $this->text());
    }

    /** A click that brings another page. */
    public function follow(string $selector): void
    {
        $loads = $this->loads;
        $this->click($selector);
        $this->until(fn (): bool => $this->loads > $loads, "what follows $selector");
    }

    public function type(string $selector, string $text): void
    {
        $this->click($selector);
        $this->call('Input.insertText', ['text' => $text]);
    }

    /** A key of the keyboard: `Tab`, `Enter`, `Escape`, ` `, `ArrowDown`, or a small letter. */
    public function key(string $key): void
    {
        $code = ['Tab' => 9, 'Enter' => 13, 'Escape' => 27, ' ' => 32, 'ArrowDown' => 40][$key]
            ?? ord(strtoupper($key));
        $isLetter = strlen($key) === 1;
        $text = ['Enter' => "\r"][$key] ?? ($isLetter ? $key : '');
        $event = ['key' => $key, 'windowsVirtualKeyCode' => $code]
            + ($isLetter && $key !== ' ' ? ['code' => 'Key' . strtoupper($key)] : []);
        $down = $text === '' ? ['type' => 'rawKeyDown'] : ['type' => 'keyDown', 'text' => $text];
        $this->call('Input.dispatchKeyEvent', $down + $event);
        $this->call('Input.dispatchKeyEvent', ['type' => 'keyUp'] + $event);
    }

    /** A window of this size; touched: that of a phone. */
    public function resize(int $width, int $height = 800, bool $isTouched = false): void
    {
        $this->call('Emulation.setDeviceMetricsOverride', [
            'width' => $width, 'height' => $height, 'deviceScaleFactor' => 1, 'mobile' => $isTouched,
        ]);
        $this->call('Emulation.setTouchEmulationEnabled', ['enabled' => $isTouched]);
    }

    /** As it is on paper; an empty name: on a screen. */
    public function media(string $name): void
    {
        $this->call('Emulation.setEmulatedMedia', ['media' => $name]);
    }

    public function text(): string
    {
        return (string) $this->evaluate('document.body.innerText');
    }

    /**
     * The page at a width, as a PNG file: the whole of it, or the box around some elements.
     *
     * @param string $elements an expression for a list of them
     */
    public function screenshot(int $width, string $file, string $elements = ''): void
    {
        $this->resize($width);
        // Where there is nothing beyond it, a page from right to left would be shifted.
        $isTaller = $this->evaluate('document.documentElement.scrollHeight > innerHeight');
        $how = ['format' => 'png', 'captureBeyondViewport' => $isTaller || $elements !== ''];
        if ($elements !== '') {
            [$x, $y, $right, $bottom] = $this->evaluate("(function () { var boxes = Array.from($elements)"
                . '.map(function (e) { return e.getBoundingClientRect(); }), side = function (pick, name, shift) {'
                . ' return pick.apply(null, boxes.map(function (box) { return box[name]; })) + shift; };'
                . ' return [side(Math.min, "left", scrollX), side(Math.min, "top", scrollY),'
                . ' side(Math.max, "right", scrollX), side(Math.max, "bottom", scrollY)]; }())');
            $how['clip'] = ['x' => $x, 'y' => $y, 'width' => $right - $x, 'height' => $bottom - $y, 'scale' => 1];
        }
        $picture = $this->call('Page.captureScreenshot', $how);
        file_put_contents($file, base64_decode($picture['data']));
    }

    /** @return list<string> what makes the page wider than the window at this width, or is laid over it and cut off */
    public function wider(int $width): array
    {
        $this->resize($width);

        return $this->evaluate('(function () { var html = document.documentElement, width = html.clientWidth;'
            . ' var isWide = html.scrollWidth > width;'
            . ' return Array.from(document.querySelectorAll("body, body *"))'
            . '.filter(function (e) { var box = e.getBoundingClientRect();'
            . ' var isOut = box.left < 0 || box.right > width;'
            . ' return isWide ? isOut || e.scrollWidth > width'
            . ' : isOut && box.width > 1 && getComputedStyle(e).position === "absolute"; })'
            . '.map(function (e) { return e.outerHTML.slice(0, 200) + e.getBoundingClientRect().right; }); }())');
    }

    /**
     * @param array<string, mixed> $parameters
     * @return array<string, mixed>
     */
    private function call(string $method, array $parameters = []): array
    {
        $id = $this->send($method, $parameters);
        $answer = null;
        $this->until(function () use ($id, &$answer): bool {
            $answer = $this->answers[$id] ?? null;
            unset($this->answers[$id]);

            return $answer !== null;
        }, $method);
        if (isset($answer['error'])) {
            throw new RuntimeException("$method: {$answer['error']['message']}");
        }

        return $answer['result'];
    }

    /** @param array<string, mixed> $parameters */
    private function send(string $method, array $parameters): int
    {
        $message = ['id' => ++$this->sent, 'method' => $method, 'params' => (object) $parameters]
            + ($this->session === '' ? [] : ['sessionId' => $this->session]);
        fwrite($this->pipes[3], json_encode($message, JSON_THROW_ON_ERROR) . "\0");

        return $this->sent;
    }

    /** @param callable(): bool $isDone looked at after every message of the browser */
    private function until(callable $isDone, string $what): void
    {
        $end = microtime(true) + self::SECONDS + 5;
        while (!$isDone()) {
            $message = $this->receive($end, $what);
            if (isset($message['id'])) {
                $this->answers[$message['id']] = $message;
            } else {
                $this->event($message['method'], $message['params']);
            }
        }
    }

    /** @return array<string, mixed> */
    private function receive(float $end, string $what): array
    {
        while (($length = strpos($this->rest, "\0")) === false) {
            $ready = [$this->pipes[4]];
            $none = null;
            $left = (int) max(0, 1e6 * ($end - microtime(true)));
            if (stream_select($ready, $none, $none, intdiv($left, 1000000), $left % 1000000) !== 1) {
                throw new RuntimeException("chromium: waited in vain for $what");
            }
            $bytes = fread($this->pipes[4], 1 << 16);
            if ($bytes === '' || $bytes === false) {
                throw new RuntimeException("chromium ended at $what");
            }
            $this->rest .= $bytes;
        }
        $message = substr($this->rest, 0, $length);
        $this->rest = substr($this->rest, $length + 1);

        return json_decode($message, true, 512, JSON_THROW_ON_ERROR);
    }

    /** @param array<string, mixed> $event */
    private function event(string $method, array $event): void
    {
        if ($method === 'Page.loadEventFired') {
            $this->loads++;
        } elseif ($method === 'Page.javascriptDialogOpening') {
            $this->dialogs[] = $event['message'];
            $this->send('Page.handleJavaScriptDialog', ['accept' => true]);
        } elseif (str_starts_with($method, 'Network.')) {
            $this->wire[] = self::sent($event);
        } elseif ($method === 'Runtime.exceptionThrown') {
            $this->errors[] = json_encode($event['exceptionDetails']['exception']['description'] ?? $event);
        }
    }

    /**
     * Addresses, headers with their cookies, forms and messages of websockets; no times and no sizes.
     *
     * @param array<string, mixed> $event
     */
    private static function sent(array $event): string
    {
        $told = [$event['url'] ?? '', $event['headers'] ?? [], $event['headersText'] ?? ''];
        foreach (['request', 'response'] as $part) {
            $of = $event[$part] ?? [];
            foreach (['url', 'headers', 'postData', 'payloadData', 'headersText'] as $key) {
                $told[] = $of[$key] ?? '';
            }
        }

        $json = (string) json_encode($told, JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_SLASHES);

        return (string) preg_replace('/content-length\W+\d+/i', '', $json);
    }
}
