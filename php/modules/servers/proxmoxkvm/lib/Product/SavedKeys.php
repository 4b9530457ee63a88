<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use Throwable;
use WHMCS\Authentication\CurrentUser;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\SshKeyField;

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
            $product = $client > 0 ? self::product($request['i'] ?? '') : null;
            $field = $product === null ? null : SshKeyField::of((int) $product->id);
            if ($field === null) {
                return '';
            }
            $asked = ['client_id' => $client, 'package' => Params::fromProduct($product)->package()];

            return self::drawn($field, Native::call('client_keys', $asked)['keys'] ?? []);
        } catch (Throwable) {
            return '';
        }
    }

    /** The product of ours that is configured there. */
    private static function product(mixed $index): ?object
    {
        $cart = $_SESSION['cart']['products'] ?? null;
        $item = is_array($cart) && is_scalar($index) ? $cart[$index] ?? null : null;
        $id = is_array($item) && is_numeric($item['pid'] ?? null) ? (int) $item['pid'] : 0;

        return Capsule::table('tblproducts')->where('id', $id)->where('servertype', Module::NAME)->first();
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
