<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/**
 * What came of a button. It waits in the session for the page that the browser is sent to: loading that
 * page again repeats nothing.
 */
final class Outcome
{
    private const KEY = 'proxmoxkvm_addon';

    /**
     * @param array<string, int|string> $query of the page that shows it
     * @param bool $inPlace nothing was done, and the page shows the form as it was filled in
     */
    private function __construct(
        private bool $good,
        private string $html,
        public readonly string $page,
        public readonly array $query,
        public readonly bool $inPlace = false
    ) {
    }

    /** @param array<string, int|string> $query */
    public static function good(string $html, string $page, array $query = []): self
    {
        return new self(true, $html, $page, $query);
    }

    /** @param array<string, int|string> $query */
    public static function bad(string $html, string $page, array $query = []): self
    {
        return new self(false, $html, $page, $query);
    }

    public static function wrongForm(string $html, string $page): self
    {
        return new self(false, $html, $page, [], true);
    }

    /** Nothing was done, and nothing is wrong: the page shows the form and what would come of it. */
    public static function inPlace(string $html, string $page): self
    {
        return new self(true, $html, $page, [], true);
    }

    public static function noSuchButton(string $page): self
    {
        return self::bad(Html::text(Lang::text('addon_no_action')), $page);
    }

    /**
     * @param array<string, mixed> $request whose secrets must not be in the text
     * @param array<string, int|string> $query
     */
    public static function failure(Throwable $error, string $page, array $query = [], array $request = []): self
    {
        return self::bad(Problem::html($error, $request), $page, $query);
    }

    /** @param array<string, int|string> $query of the page that shows it, besides what it has */
    public function with(array $query): self
    {
        return new self($this->good, $this->html, $this->page, $this->query + $query, $this->inPlace);
    }

    public function remember(): void
    {
        $_SESSION[self::KEY] = ['good' => $this->good, 'html' => $this->html];
    }

    /** Shown once. */
    public static function remembered(): string
    {
        $kept = $_SESSION[self::KEY] ?? null;
        unset($_SESSION[self::KEY]);

        return is_array($kept) ? self::alert($kept['good'], $kept['html']) : '';
    }

    public function html(): string
    {
        return self::alert($this->good, $this->html);
    }

    private static function alert(bool $good, string $html): string
    {
        return sprintf('<div class="alert alert-%s" role="status">%s</div>', $good ? 'success' : 'danger', $html);
    }
}
