<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Http;

/** What goes back to the browser: a page, or the address of the page that shows what was done. */
final class Answer
{
    private function __construct(public readonly string $html, public readonly ?string $redirect)
    {
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
