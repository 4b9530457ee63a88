<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Console;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Support\Setting;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** The page of a console, whole and in a tab of its own: nothing of WHMCS's theme is on it. It holds no secret. */
final class Page
{
    /** The folder of noVNC, as the archive brings it, below assets/. */
    public const VIEWER = 'novnc-1.7.0/core/rfb.js';

    /** What shows the text of a serial port; the addon makes it as large as its place. */
    public const TERMINAL = 'xterm-6.0.0/xterm.js';
    private const FIT = 'xterm-6.0.0/addon-fit.js';
    private const TERMINAL_STYLE = 'xterm-6.0.0/xterm.css';

    /** Where a web server leads websockets to the process that serves consoles, if there is one. */
    private const SOCKET = 'modules/servers/proxmoxkvm/ws';

    /** What the page says besides `console_end_…`. */
    private const TEXTS = [
        'connecting', 'open', 'look_only', 'lost', 'again', 'buffered', 'files', 'old', 'foreign', 'confirm_paste',
    ];

    /** Buttons: name => whether it sends something to the machine, and whether it is of the screen alone. */
    private const BUTTONS = [
        'cad' => ' data-acts data-screen disabled',
        'paste' => ' data-acts disabled',
        'keyboard' => ' data-acts data-screen aria-controls="keys" aria-expanded="false" disabled',
        'scale' => ' data-screen disabled',
        'full' => ' disabled',
        'text' => ' aria-pressed="false"',
    ];

    /** xterm.js writes the sizes of its letters into styles of its own. */
    private const POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self'"
        . " data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    /**
     * @param string $root from the page's address to WHMCS's own folder
     * @param array<string, mixed> $open address and fields of the form that opens the console
     * @param array<string, mixed> $act the same of the one that does something about the machine
     * @param list<array<string, mixed>> $power buttons for that
     */
    public function __construct(
        private string $title,
        private string $root,
        private array $open,
        private array $act,
        private array $power
    ) {
    }

    public function send(): never
    {
        while (ob_get_level() > 0 && ob_end_clean()) {
            continue;
        }
        header('Content-Type: text/html; charset=utf-8');
        header('Content-Security-Policy: ' . self::POLICY);
        header('Referrer-Policy: no-referrer');
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        echo $this->html();
        exit;
    }

    public function html(): string
    {
        $title = Text::html($this->title);
        $settings = Text::html((string) json_encode($this->settings(), Native::JSON));
        $style = Text::html($this->root . Asset::url('console.css'));
        $terminal = Text::html($this->root . Asset::plain(self::TERMINAL_STYLE));
        $script = Text::html($this->root . Asset::url('console.js'));
        $lang = Text::html(Locale::tag());
        $direction = Locale::direction();
        $pasting = Pasting::html();
        $keys = ExtraKeys::html();

        return <<<HTML
            <!DOCTYPE html>
            <html lang="$lang" dir="$direction">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>$title</title>
            <link rel="stylesheet" href="$style">
            <link rel="stylesheet" href="$terminal">
            <script src="$script" type="module"></script>
            </head>
            <body data-console="$settings">
            <header>
            <h1>$title</h1>
            <p id="said" role="status">{$this->text('console_connecting')}</p>
            <div role="toolbar" aria-label="{$this->text('console_title')}">{$this->buttons()}{$this->powerMenu()}</div>
            $keys
            </header>
            <noscript><p>{$this->text('console_no_script')}</p></noscript>
            <main id="screen" dir="ltr"></main>
            <textarea id="touch" aria-label="{$this->text('console_keyboard')}" autocapitalize="off" autocomplete="off"
                autocorrect="off" spellcheck="false" tabindex="-1"></textarea>
            $pasting
            </body>
            </html>

            HTML;
    }

    /** @return array<string, mixed> all that the script goes by */
    private function settings(): array
    {
        return [
            'open' => $this->open,
            'act' => $this->act,
            'visits' => $this->root . 'modules/servers/proxmoxkvm/console.php',
            'socket' => Setting::value(Daemon::SETTING) === null ? '' : $this->root . self::SOCKET,
            'sockets' => $this->root . Asset::url('console-socket.js'),
            'header' => Visit::HEADER,
            'channel' => $this->root . Asset::url('console-channel.js'),
            'keys' => $this->root . Asset::url('console-keys.js'),
            'viewer' => $this->root . Asset::plain(self::VIEWER),
            'terminal' => [
                $this->root . Asset::url('console-text.js'),
                $this->root . Asset::plain(self::TERMINAL),
                $this->root . Asset::plain(self::FIT),
            ],
            'text' => Lang::named('console_', self::TEXTS),
            'ends' => Lang::named('console_end_', [
                'closed', 'left', 'idle', 'too_long', 'suspended', 'gone', 'other_owner', 'not_allowed', 'unfit',
            ]) + Lang::named('client_', ['consoles_full', 'consoles_open', 'console_dark'])
                + ['console_old_terminal' => Lang::text('client_console_no_text')],
        ];
    }

    private function buttons(): string
    {
        $html = '';
        foreach (self::BUTTONS as $name => $attributes) {
            $html .= "<button type=\"button\" id=\"$name\"$attributes>{$this->text("console_$name")}</button>";
        }

        return $html . "<button type=\"button\" id=\"again\" hidden>{$this->text('console_reconnect')}</button>";
    }

    private function powerMenu(): string
    {
        $html = '';
        foreach ($this->power as $action) {
            $html .= sprintf(
                '<button type="button" data-do="%s" data-sure="%s"%s>%s</button>',
                Text::html((string) $action['name']),
                Text::html((string) $action['sure']),
                $action['ticked'] ? ' data-ticked' : '',
                Text::html((string) $action['label'])
            );
        }

        return $html === ''
            ? ''
            : "<details id=\"power\"><summary>{$this->text('console_power')}</summary><div>$html</div></details>";
    }

    private function text(string $name): string
    {
        return Text::html(Lang::text($name));
    }
}
