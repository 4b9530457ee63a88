<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;

/** The settings of a product as a form, so that nobody has to write `key = value`. */
final class ProductForm
{
    private const PAGE = 'products';

    /** @var array<string, string>|null by key, once the form was sent */
    private ?array $typed = null;

    public function __construct(private ProductSettings $product)
    {
    }

    public function save(Request $request): Outcome
    {
        $typed = [];
        foreach (array_keys(Catalogue::options()) as $key) {
            $value = $request->sentWhole(ProductFields::NAME . $key);
            $typed += $value === null ? [] : [$key => $value];
        }
        $form = $this->product->form($typed);
        $this->typed = $typed;
        if (!hash_equals($this->product->fingerprint(), $request->sent('shown'))) {
            return Outcome::wrongForm(Html::lang('addon_settings_meanwhile'), self::PAGE);
        }
        if ($form['right'] !== true) {
            return Outcome::wrongForm(self::wrong($form['fields']), self::PAGE);
        }
        if (!ProductSettings::fits($form['options'])) {
            return Outcome::wrongForm(Html::lang('addon_settings_long'), self::PAGE);
        }
        if (!$this->product->store($form['options'])) {
            $this->product = ProductSettings::of($this->product->id) ?? $this->product;

            return Outcome::wrongForm(Html::lang('addon_settings_meanwhile'), self::PAGE);
        }

        return $this->saved($form['fields']);
    }

    public function html(Request $request): string
    {
        $form = $this->product->form($this->typed ?? []);
        $stored = $this->typed === null ? [] : array_column($this->product->form()['fields'], 'value', 'key');
        $fields = new ProductFields($this->product->id, $form['fields'], $stored);
        $whmcs = "configproducts.php?action=edit&id={$this->product->id}";
        $title = Html::lang('addon_settings_of', ['id' => $this->product->id, 'name' => $this->product->name]);
        $head = "<h2 class=\"h3\">$title</h2><p>" . Html::lang('addon_settings_help') . ' '
            . Html::link($whmcs, Html::lang('addon_settings_whmcs')) . '</p>';
        $lines = array_map(Html::text(...), $form['lines']);
        if ($lines !== []) {
            $head .= Html::note('warning', Html::lang('addon_settings_lines') . '<br>' . implode('<br>', $lines));
        }
        $inputs = $fields->html();
        $buttons = Html::button('addon_save', 'save', 'primary') . ' &nbsp; '
            . Html::link($request->link(self::PAGE), Html::lang('addon_cancel'));

        return $head . $fields->notes() . Html::form(
            $request->link(self::PAGE, ['id' => $this->product->id]),
            ['shown' => $this->product->fingerprint()],
            "$inputs<p>$buttons</p>"
        );
    }

    /** @param list<array<string, mixed>> $fields of the core */
    private function saved(array $fields): Outcome
    {
        $same = ['id' => $this->product->id];
        $changed = array_filter($fields, static fn (array $field): bool => $field['changed']);
        if ($changed === []) {
            return Outcome::good(Html::lang('addon_settings_same'), self::PAGE, $same);
        }
        $names = array_map(static fn (array $field): string => Lang::text("option_$field[key]"), $changed);
        $said = Lang::text('addon_settings_saved', ['names' => implode(', ', $names)] + array_map(strval(...), $same));
        Log::activity($said);

        return Outcome::good(Html::text($said), self::PAGE, $same);
    }

    /**
     * @param list<array<string, mixed>> $fields of the core
     * @return string HTML: links to what is wrong
     */
    private static function wrong(array $fields): string
    {
        $wrong = array_filter($fields, static fn (array $field): bool => $field['wrong'] !== null);
        $link = static fn (array $field): string => '<br>'
            . Html::link('#' . ProductFields::NAME . $field['key'], Html::lang("option_$field[key]"));

        return Html::lang('addon_settings_wrong') . implode(array_map($link, $wrong));
    }
}
