<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

/**
 * What came of a field of the admin's service page. WHMCS saves the page and shows it again: it waits in the
 * session until then, and is shown once.
 */
final class FieldOutcome
{
    public static function remember(string $field, int $service, bool $good, string $html): void
    {
        $_SESSION[$field][$service] = [$good, $html];
    }

    public static function html(string $field, int $service): string
    {
        [$good, $html] = $_SESSION[$field][$service] ?? [false, ''];
        unset($_SESSION[$field][$service]);

        return $html === '' ? '' : sprintf('<div class="alert alert-%s">%s</div>', $good ? 'success' : 'danger', $html);
    }
}
