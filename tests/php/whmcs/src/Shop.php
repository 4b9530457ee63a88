<?php

declare(strict_types=1);

namespace StandIn;

use WHMCS\Database\Capsule;

/** WHMCS's shop: a product's custom fields, the hooks that may refuse, and an order that is built at once. */
final class Shop
{
    /** The form of the theme's page `configureproduct`. */
    public static function form(int $index): string
    {
        $product = (int) ($_SESSION['cart']['products'][$index]['pid'] ?? 0);
        $fields = '';
        $own = ['type' => 'product', 'relid' => $product];
        foreach (Capsule::table('tblcustomfields')->where($own)->get() as $field) {
            [$name, $label] = explode('|', "$field->fieldname|$field->fieldname");
            $typed = htmlspecialchars((string) ($_POST['customfield'][$field->id] ?? ''));
            $fields .= "<div class=\"form-group\"><label for=\"customfield$field->id\">" . htmlspecialchars($label)
                . "</label><textarea name=\"customfield[$field->id]\" id=\"customfield$field->id\""
                . " class=\"form-control\" title=\"$name\">$typed</textarea></div>";
        }

        return "<form id=\"frmConfigureProduct\" method=\"post\" action=\"cart.php?a=confproduct&amp;i=$index\">"
            . "<input type=\"hidden\" name=\"i\" value=\"$index\">$fields"
            . '<button type="submit" id="btnCompleteProductConfig" class="btn btn-primary">Continue</button></form>';
    }

    /**
     * @param array<string, mixed> $form
     * @return list<string> why not
     */
    public static function configured(int $index, array $form): array
    {
        $errors = array_merge([], ...Hooks::run('ShoppingCartValidateProductUpdate', $form));
        if ($errors === []) {
            $_SESSION['cart']['products'][$index]['customfields'] = $form['customfield'] ?? [];
            $errors = array_merge([], ...Hooks::run('ShoppingCartValidateCheckout', []));
        }

        return array_values($errors);
    }

    /** The cart becomes one service, which is set up at once. */
    public static function checkedOut(int $client): int
    {
        $item = array_pop($_SESSION['cart']['products']);
        $service = (int) Capsule::table('tblhosting')->insertGetId([
            'userid' => $client,
            'orderid' => Capsule::table('tblorders')->insertGetId(['ordernum' => '4711', 'userid' => $client]),
            'regdate' => date('Y-m-d'),
            'packageid' => $item['pid'],
            'server' => (int) Capsule::table('tblservers')->value('id'),
            'domainstatus' => 'Pending',
            'password' => encrypt('Ab3dE5gH1j'),
        ] + array_fill_keys(['domain', 'username', 'notes', 'dedicatedip', 'assignedips'], ''));
        foreach ($item['customfields'] ?? [] as $field => $typed) {
            Capsule::table('tblcustomfieldsvalues')->insert(
                ['fieldid' => $field, 'relid' => $service, 'value' => $typed]
            );
        }
        Dispatcher::run('create', $service);

        return $service;
    }
}
