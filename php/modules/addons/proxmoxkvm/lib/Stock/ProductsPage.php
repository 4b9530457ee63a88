<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ProductRows;
use WHMCS\Module\Server\Proxmoxkvm\Product\ConfigurableOptionGroup;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** The products of the module, and the options that their customers may choose from. */
final class ProductsPage implements Page
{
    private const NAME = 'products';

    private ?ProductForm $form = null;

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        $id = $this->request->askedNumber('id');
        $product = $id === 0 ? null : ProductSettings::of($id);
        $this->form ??= $product === null ? null : new ProductForm($product);

        return $this->form === null ? $this->list() : $this->form->html($this->request);
    }

    private function list(): string
    {
        $rows = [];
        foreach (ProductRows::names() as $id => $name) {
            $rows[] = [
                Html::link("configproducts.php?action=edit&id=$id", Html::text("#$id $name")),
                sprintf(
                    '<a class="btn btn-default btn-sm" href="%s">%s</a>',
                    Html::text($this->request->link(self::NAME, ['id' => $id])),
                    Html::lang('addon_settings')
                ),
                Html::form(
                    $this->request->link(self::NAME),
                    ['product' => $id],
                    Html::button('addon_make_options', 'options')
                ),
            ];
        }

        return $rows === []
            ? Html::note('info', Html::lang('addon_no_products'))
            : '<p>' . Html::lang('addon_make_options_help') . '</p>' . Html::table(['addon_product', '', ''], $rows)
                . $this->fits();
    }

    private function fits(): string
    {
        $link = $this->request->link(self::NAME, ['fits' => 1]);

        return $this->request->asked('fits') === ''
            ? sprintf('<a class="btn btn-default btn-sm" href="%s">%s</a>', Html::text($link), Html::lang('fits_title'))
            : FitsTable::html(ProductRows::names());
    }

    public function act(): Outcome
    {
        if ($this->request->sent('act') === 'save') {
            return $this->save();
        }
        $product = $this->request->sentNumber('product');
        if ($this->request->sent('act') !== 'options' || !isset(ProductRows::names()[$product])) {
            return Outcome::noSuchButton(self::NAME);
        }
        try {
            $done = ConfigurableOptionGroup::create($product);
        } catch (Throwable $error) {
            Problem::log('configurable options', [], $error);

            return Outcome::failure($error, self::NAME);
        }
        Log::activity($done);

        return Outcome::good(Html::text($done), self::NAME);
    }

    private function save(): Outcome
    {
        $product = ProductSettings::of($this->request->askedNumber('id'));
        if ($product === null) {
            return Outcome::bad(Html::lang('addon_settings_gone'), self::NAME);
        }
        $this->form = new ProductForm($product);

        return $this->form->save($this->request);
    }
}
