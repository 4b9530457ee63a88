<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Throwable;

/**
 * The field "Attach VM" of the admin's service page.
 *
 * WHMCS saves the page and shows it again: what came of it waits in the session until then. That the
 * form was sent by this admin is checked by WHMCS, which calls this for nobody else.
 */
final class Attach
{
    public const FIELD = 'proxmoxkvm_attach';

    /** The numbers that Proxmox VE gives to machines. */
    private const LOWEST = 100;
    private const HIGHEST = 999999999;

    public static function html(int $serviceId): string
    {
        return self::outcome($serviceId) . sprintf(
            '<input type="text" inputmode="numeric" maxlength="9" autocomplete="off" name="%s" value=""'
                . ' class="form-control input-150" style="width:150px;display:inline-block"'
                . ' placeholder="%s"> <span class="text-muted">%s</span>',
            self::FIELD,
            Text::html(Lang::text('attach_placeholder')),
            Text::html(Lang::text('attach_help'))
        );
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $post
     */
    public static function save(array $params, array $post): void
    {
        try {
            $typed = is_string($post[self::FIELD] ?? null) ? trim($post[self::FIELD]) : '';
            $service = (new Params($params))->serviceId();
            if ($typed === '' || $service <= 0) {
                return;
            }
            if (!self::isNumber($typed)) {
                self::remember($service, false, Text::html(self::wrongNumber()));

                return;
            }
            $result = Entry::verb('attach', $params, ['vmid' => (int) $typed]);
            $done = Lang::text('attach_done', ['vmid' => $typed, 'service' => (string) $service]);
            self::remember($service, $result === 'success', $result === 'success' ? Text::html($done) : $result);
            if ($result === 'success') {
                Log::activity($done);
            }
        } catch (Throwable $error) {
            Log::call('attach', [], $error::class . ': ' . $error->getMessage(), Secrets::of([]));
        }
    }

    /** Whether it can be the number of a machine. */
    public static function isNumber(string $typed): bool
    {
        return preg_match('/^\d{3,9}$/D', $typed) === 1 && (int) $typed >= self::LOWEST;
    }

    public static function wrongNumber(): string
    {
        return Lang::text('attach_number', [
            'lowest' => (string) self::LOWEST,
            'highest' => (string) self::HIGHEST,
        ]);
    }

    private static function remember(int $service, bool $good, string $html): void
    {
        $_SESSION[self::FIELD][$service] = [$good, $html];
    }

    /** Shown once. */
    private static function outcome(int $service): string
    {
        [$good, $html] = $_SESSION[self::FIELD][$service] ?? [false, ''];
        unset($_SESSION[self::FIELD][$service]);

        return $html === '' ? '' : sprintf('<div class="alert alert-%s">%s</div>', $good ? 'success' : 'danger', $html);
    }
}
