<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\SetUp;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ProductRows;
use WHMCS\Module\Addon\Proxmoxkvm\Stock\ProductSettings;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** A product of the module that is set up by itself, from a template that is there. */
final class ProductStep
{
    /** WHMCS's column takes more; a shop's page does not. */
    private const LONGEST_NAME = 100;

    public function __construct(private Request $request, private object $server)
    {
    }

    /** @param array<int, string> $templates names by number */
    public function step(array $templates): Step
    {
        $products = ProductRows::names();
        $new = $this->newOne($templates);
        if ($products === []) {
            return new Step('setup_product', false, $new);
        }
        $links = '';
        foreach ($products as $id => $name) {
            $links .= Html::link($this->request->link('products', ['id' => $id]), Html::text("#$id $name")) . ' ';
        }
        $isDone = $this->ready(array_keys($products), $templates) !== [];

        return new Step('setup_product', $isDone, "<p>$links</p>"
            . ($isDone ? '' : Html::forms($this->form($products, $templates), $new)));
    }

    /** The product is WHMCS's as soon as it is made: what is wrong after that is said with its number. */
    public function make(): Outcome
    {
        $name = mb_substr(trim($this->request->sent('name')), 0, self::LONGEST_NAME);
        $vmid = $this->request->sentNumber('template');
        if ($name === '' || $vmid === 0) {
            return Outcome::bad(Html::lang('setup_product_unnamed'), Step::PAGE);
        }
        if (in_array($name, ProductRows::names(), true)) {
            // A form that was sent twice makes one product.
            return Outcome::bad(Html::lang('setup_product_known', ['product' => $name]), Step::PAGE);
        }
        try {
            $id = NewProduct::make($name, $this->request->sentNumber('group'), $this->server);
        } catch (Throwable $error) {
            Problem::log('AddProduct', ['name' => $name], $error);

            return Outcome::failure($error, Step::PAGE);
        }
        $product = ProductSettings::of($id);
        $form = $product?->form(['os_template' => (string) $vmid]) ?? [];
        if ($product === null || ($form['right'] ?? false) !== true || !$product->store($form['options'])) {
            return Outcome::bad(Html::lang('setup_product_half', ['product' => "#$id $name"]), Step::PAGE);
        }

        return Outcome::good(Html::lang('setup_product_made', ['product' => "#$id $name"]), Step::PAGE);
    }

    public function fill(): Outcome
    {
        $product = ProductSettings::of($this->request->sentNumber('product'));
        $vmid = $this->request->sentNumber('template');
        if ($product === null || $vmid === 0) {
            return Outcome::bad(Html::lang('addon_no_action'), Step::PAGE);
        }
        $form = $product->form(['os_template' => (string) $vmid]);
        if (($form['right'] ?? false) !== true || !$product->store($form['options'])) {
            return Outcome::bad(Html::lang('setup_product_refused'), Step::PAGE);
        }
        Capsule::table('tblproducts')->where('id', $product->id)->where('autosetup', '')
            ->update(['autosetup' => NewProduct::AUTOMATICALLY]);

        return Outcome::good(Html::lang('setup_product_filled', ['product' => $product->name]), Step::PAGE);
    }

    /**
     * @param list<int> $ids
     * @param array<int, string> $templates
     * @return list<int> those that are set up by themselves, from one of the templates
     */
    private function ready(array $ids, array $templates): array
    {
        $automatic = Capsule::table('tblproducts')->whereIn('id', $ids)->where('autosetup', '<>', '')->pluck('id');

        return array_values(array_filter($automatic->all(), static function (mixed $id) use ($templates): bool {
            $values = array_column(ProductSettings::of((int) $id)?->form()['fields'] ?? [], 'value', 'key');

            return isset($templates[(int) ($values['os_template'] ?? 0)]);
        }));
    }

    /** @param array<int, string> $templates */
    private function newOne(array $templates): string
    {
        $groups = NewProduct::groups() + [0 => Lang::text('setup_group_new')];

        return $templates === [] ? '' : Html::form(
            $this->request->link(Step::PAGE, ['server' => (int) $this->server->id]),
            [],
            Html::labelled(Html::lang('setup_product_name'), Html::input('name', 'Cloud VPS')) . ' '
            . Html::labelled(
                Html::lang('setup_product_group'),
                Html::select('group', $groups, (string) array_key_first($groups))
            ) . ' '
            . Html::labelled(Html::lang('option_os_template'), Html::select('template', $templates, '')) . ' '
            . Html::button('setup_product_make', 'sell', 'primary')
        );
    }

    /**
     * @param array<int, string> $products
     * @param array<int, string> $templates
     */
    private function form(array $products, array $templates): string
    {
        return $templates === [] ? '' : Html::form(
            $this->request->link(Step::PAGE, ['server' => (int) $this->server->id]),
            [],
            Html::labelled(Html::lang('addon_product'), Html::select('product', $products, '')) . ' '
            . Html::labelled(Html::lang('option_os_template'), Html::select('template', $templates, '')) . ' '
            . Html::button('setup_product_fill', 'product', 'primary')
        );
    }
}
