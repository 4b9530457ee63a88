<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Http;

/** What goes back to the browser: a page, a file, or the address of the page that shows what was done. */
final class Answer
{
    /** @param iterable<string>|null $lines of the file that the answer is */
    private function __construct(
        public readonly string $html,
        public readonly ?string $redirect,
        public readonly string $file = '',
        public readonly ?iterable $lines = null
    ) {
    }

    /** @param iterable<string> $lines */
    public static function file(string $name, iterable $lines): self
    {
        return new self('', null, $name, $lines);
    }

    public static function page(string $html): self
    {
        return new self($html, null);
    }

    public static function redirect(string $to): self
    {
        return new self('', $to);
    }
}
