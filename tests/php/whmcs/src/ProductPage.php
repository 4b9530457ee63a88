<?php

declare(strict_types=1);

namespace StandIn;

use Throwable;
use WHMCS\Database\Capsule;

/** The module settings of a product: up to 24 options, stored by position. */
final class ProductPage
{
    public static function html(int $productId, bool $isSimple): string
    {
        $product = (array) Capsule::table('tblproducts')->where('id', $productId)->first();
        $params = self::params($product);
        $rows = '';
        $position = 0;
        foreach (\proxmoxkvm_ConfigOptions($params) as $key => $option) {
            $stored = (string) $product['configoption' . ++$position];
            if ($isSimple && ($option['SimpleMode'] ?? false) !== true) {
                continue;
            }
            $name = "packageconfigoption[$position]";
            $loader = $isSimple && $option['Type'] === 'text' ? $option['Loader'] ?? null : null;
            $field = $loader === null
                ? self::field($option, $name, $stored)
                : self::loaded($loader, $params, $option, $name, $stored);
            $label = $option['FriendlyName'] ?? $key;
            $rows .= "<div class=\"row\" data-option=\"$key\" style=\"margin-bottom:8px\">"
                . "<label class=\"col-sm-3\">$label</label><div class=\"col-sm-9\">$field "
                . '<span class="help-block">' . ($option['Description'] ?? '') . '</span></div></div>';
        }
        $mode = $isSimple ? '' : '&amp;simple=1';

        return "<p><a href=\"?id=$productId$mode\">" . ($isSimple ? 'Advanced' : 'Simple') . ' Mode</a></p>'
            . '<form method="post"><input type="hidden" name="token" value="' . \generate_token('plain')
            . "\">$rows<button class=\"btn btn-primary\" id=\"save\">Save Changes</button></form>";
    }

    /** @param array<int, string> $options by position; WHMCS keeps what its form did not show */
    public static function save(int $productId, array $options): void
    {
        $columns = [];
        foreach ($options as $position => $value) {
            $columns['configoption' . (int) $position] = $value;
        }
        Capsule::table('tblproducts')->where('id', $productId)->update($columns);
    }

    /**
     * A loader gets the first server of the product's group, where there is one.
     *
     * @param array<string, mixed> $product
     * @return array<string, mixed>
     */
    private static function params(array $product): array
    {
        $server = (int) Capsule::table('tblservergroupsrel')->where('groupid', $product['servergroup'] ?? 0)
            ->value('serverid');

        return ['pid' => $product['id'] ?? 0] + ($server === 0 ? [] : ParamsBuilder::server($server));
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $option
     */
    private static function loaded(string $loader, array $params, array $option, string $name, string $stored): string
    {
        try {
            $values = $loader($params);
        } catch (Throwable $error) {
            return self::field($option, $name, $stored)
                . '<div class="alert alert-warning loader-error">' . $error->getMessage() . '</div>';
        }
        // What is stored stays, whether or not it was found.
        $values += [$stored => $stored];

        return self::select($name, $stored, $values);
    }

    /** @param array<string, mixed> $option */
    private static function field(array $option, string $name, string $stored): string
    {
        $value = Frame::text($stored);

        return match ($option['Type']) {
            'dropdown', 'radio' => self::select($name, $stored, self::choices($option['Options'])),
            'textarea' => "<textarea class=\"form-control\" name=\"$name\" rows=\"{$option['Rows']}\""
                . " cols=\"{$option['Cols']}\">$value</textarea>",
            'yesno' => "<input type=\"hidden\" name=\"$name\" value=\"\"><input type=\"checkbox\" name=\"$name\""
                . ' value="on"' . ($stored === 'on' ? ' checked' : '') . '>',
            default => "<input class=\"form-control\" type=\"{$option['Type']}\" name=\"$name\" value=\"$value\">",
        };
    }

    /** @return array<string, string> */
    private static function choices(array|string $options): array
    {
        return is_array($options) ? $options : array_combine(explode(',', $options), explode(',', $options));
    }

    /** @param array<string, string> $values */
    private static function select(string $name, string $stored, array $values): string
    {
        $html = '';
        foreach ($values as $value => $label) {
            $chosen = (string) $value === $stored ? ' selected' : '';
            $html .= '<option value="' . Frame::text($value) . "\"$chosen>" . Frame::text($label) . '</option>';
        }

        return "<select class=\"form-control\" name=\"$name\">$html</select>";
    }
}
