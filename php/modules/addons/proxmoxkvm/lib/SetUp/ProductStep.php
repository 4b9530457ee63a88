<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\SetUp;

use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ProductRows;
use WHMCS\Module\Addon\Proxmoxkvm\Stock\ProductSettings;

/** A product of the module that is set up by itself, from a template that is there. */
final class ProductStep
{
    /** WHMCS's word: as soon as the first payment is there. */
    private const AUTOMATICALLY = 'payment';

    public function __construct(private Request $request, private object $server)
    {
    }

    /** @param array<int, string> $templates names by number */
    public function step(array $templates): Step
    {
        $products = ProductRows::names();
        $make = Html::link('configproducts.php?action=create', Html::lang('setup_product_make'));
        if ($products === []) {
            return new Step('setup_product', false, $make);
        }
        $links = '';
        foreach ($products as $id => $name) {
            $links .= Html::link($this->request->link('products', ['id' => $id]), Html::text("#$id $name")) . ' ';
        }
        $isDone = $this->ready(array_keys($products), $templates) !== [];

        $form = $isDone ? '' : $this->form($products, $templates);

        return new Step('setup_product', $isDone, "<p>$links $make</p>$form");
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
            ->update(['autosetup' => self::AUTOMATICALLY]);

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
