<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Http;

use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** What the admin's browser asks of a page. */
final class Request
{
    private const LONGEST = 4096;

    public readonly string $home;

    /**
     * @param array<string, mixed> $vars of WHMCS: the module's settings and the link to its page
     * @param array<string, mixed> $get
     * @param array<string, mixed> $post
     */
    public function __construct(
        private array $vars,
        private string $method,
        private array $get,
        private array $post
    ) {
        $home = $vars['modulelink'] ?? null;
        $this->home = is_string($home) ? $home : 'addonmodules.php?module=' . Module::NAME;
    }

    public function isPost(): bool
    {
        return $this->method === 'POST';
    }

    /** A setting of the addon module. */
    public function setting(string $name): string
    {
        return is_string($this->vars[$name] ?? null) ? $this->vars[$name] : '';
    }

    /** A field of the address. */
    public function asked(string $field): string
    {
        return self::text($this->get[$field] ?? '');
    }

    public function askedNumber(string $field): int
    {
        return self::number($this->asked($field));
    }

    /** A field of the form. */
    public function sent(string $field): string
    {
        return self::text($this->post[$field] ?? '');
    }

    /** A field of the form that may be long, whole; null where the form has no such field. */
    public function sentWhole(string $field): ?string
    {
        $value = $this->post[$field] ?? null;

        return is_string($value) ? trim(Text::plain($value)) : null;
    }

    public function sentNumber(string $field): int
    {
        return self::number($this->sent($field));
    }

    /** @return array<string, mixed> the form, for WHMCS's own check of it */
    public function form(): array
    {
        return $this->post;
    }

    /** @param array<string, int|string|null> $query what is null or empty is left out */
    public function link(string $page, array $query = []): string
    {
        $query = ['page' => $page] + array_filter($query, static fn ($value): bool => (string) $value !== '');

        return $this->home . (str_contains($this->home, '?') ? '&' : '?') . http_build_query($query);
    }

    /** WHMCS encodes what browsers send like what it stores. */
    private static function text(mixed $value): string
    {
        return is_scalar($value) ? trim(Text::plain(mb_strcut((string) $value, 0, self::LONGEST))) : '';
    }

    private static function number(string $text): int
    {
        return preg_match('/^\d{1,9}$/D', $text) === 1 ? (int) $text : 0;
    }
}
