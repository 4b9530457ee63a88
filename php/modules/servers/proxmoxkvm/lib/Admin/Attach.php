<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;

/**
 * The field "Attach VM" of the admin's service page. That the form was sent by this admin is checked by WHMCS,
 * which calls this for nobody else.
 */
final class Attach
{
    public const FIELD = 'proxmoxkvm_attach';

    public static function html(int $serviceId): string
    {
        return FieldOutcome::html(self::FIELD, $serviceId) . sprintf(
            '<input type="text" inputmode="numeric" maxlength="9" autocomplete="off" name="%1$s" value=""'
                . ' class="form-control input-150 proxmoxkvm-vmid"'
                . ' placeholder="%2$s" aria-label="%2$s"> <span class="proxmoxkvm-muted">%3$s</span>',
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
            $result = Entry::verb('attach', $params, ['vmid' => $typed]);
            $done = Lang::text('attach_done', ['vmid' => $typed, 'service' => (string) $service]);
            $good = $result === 'success';
            FieldOutcome::remember(self::FIELD, $service, $good, $good ? Text::html($done) : $result);
            if ($good) {
                Log::activity($done);
            }
        } catch (Throwable $error) {
            Log::call('attach', [], $error::class . ': ' . $error->getMessage(), Secrets::of([]));
        }
    }
}
