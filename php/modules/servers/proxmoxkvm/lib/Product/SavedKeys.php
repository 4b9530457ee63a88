<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use Throwable;
use WHMCS\Authentication\CurrentUser;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderField;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;

/**
 * On the shop's page on which a product is configured: the keys that a customer who is logged in has already, beside
 * the custom field. A script puts those that are ticked into the field, which alone is sent. Without the script there
 * is the field.
 */
final class SavedKeys
{
    private const PAGE = 'cart';
    private const CONFIGURES = 'confproduct';

    /**
     * What cannot be found out is not offered, and keeps nobody from ordering.
     *
     * @param array<string, mixed> $page of WHMCS's hook
     * @param array<string, mixed> $request of the browser
     */
    public static function html(array $page, array $request): string
    {
        if (($page['filename'] ?? '') !== self::PAGE || ($request['a'] ?? '') !== self::CONFIGURES) {
            return '';
        }
        try {
            $client = (int) ((new CurrentUser())->client()->id ?? 0);
            $product = $client > 0 ? CartCheck::ofPage($request) : null;
            if ($product === null) {
                return '';
            }
            $field = OrderField::SshKey->of((int) $product->id);
            if ($field === null) {
                return '';
            }
            $asked = ['client_id' => $client, 'package' => Params::fromProduct($product)->package()];

            return self::drawn($field, Native::call('client_keys', $asked)['keys'] ?? []);
        } catch (Throwable) {
            return '';
        }
    }

    /** @param list<array<string, mixed>> $keys */
    private static function drawn(int $field, array $keys): string
    {
        $html = '';
        foreach ($keys as $key) {
            // Without a name it is not sent with the form.
            $html .= sprintf(
                '<div class="checkbox form-check"><label>'
                    . '<input type="checkbox" value="%s"> %s <small>%s</small></label></div>',
                Text::html((string) $key['line']),
                Text::html((string) $key['name']),
                Text::html((string) $key['kind'])
            );
        }

        return $html === '' ? '' : sprintf(
            '<fieldset class="form-group" data-proxmoxkvm-keys="%d" hidden><legend class="h5">%s</legend>'
                . '%s</fieldset><script src="%s"></script>',
            $field,
            Text::html(Lang::text('order_saved_keys')),
            $html,
            Text::html(Asset::url('order-keys.js'))
        );
    }
}
