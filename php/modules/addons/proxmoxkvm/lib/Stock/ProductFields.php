<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Product\Catalogue;
use WHMCS\Module\Server\Proxmoxkvm\Product\Choices;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Servers;

/** The fields of a product's form, in groups: each drawn from its row in the core's table. */
final class ProductFields
{
    /** Before the key of an option: the name of its field. */
    public const NAME = 'o_';

    /** HTML: why the lists of Proxmox VE are not there. */
    private string $noLists = '';

    /**
     * @param list<array<string, mixed>> $fields of the core
     * @param array<string, string> $stored what is stored, by key, where something else was typed
     */
    public function __construct(private int $product, private array $fields, private array $stored)
    {
    }

    public function html(): string
    {
        $groups = [];
        foreach ($this->fields as $field) {
            $option = Catalogue::options()[$field['key']];
            $groups[$option['group']] = ($groups[$option['group']] ?? '') . $this->field($option, $field);
        }
        $html = '';
        foreach ($groups as $group => $fields) {
            $title = Html::lang("option_group_$group");
            $html .= "<fieldset><legend>$title</legend><div class=\"row proxmoxkvm-fields\">$fields</div></fieldset>";
        }

        return $html;
    }

    /** What is to be said above the fields, once they were drawn. */
    public function notes(): string
    {
        return $this->noLists === '' ? '' : Html::note('warning', $this->noLists);
    }

    /**
     * @param array<string, mixed> $option
     * @param array<string, mixed> $field
     */
    private function field(array $option, array $field): string
    {
        $id = self::NAME . $option['key'];
        $wrong = $field['wrong'] === null ? '' : Html::text(ucfirst($field['wrong']) . '.');
        $label = Html::lang("option_$option[key]") . ($option['unit'] === '' ? '' : ' (' . self::unit($option) . ')');
        $attributes = sprintf('id="%s" name="%1$s" aria-describedby="%1$s_help"', $id)
            . ($wrong === '' ? '' : ' aria-invalid="true"');
        $checked = self::isOn($option, $field) ? ' checked' : '';
        $control = $option['kind'] === 'switch'
            ? "<input type=\"hidden\" name=\"$id\" value=\"off\"><div class=\"checkbox\"><label>"
                . "<input type=\"checkbox\" $attributes value=\"on\"$checked> $label</label></div>"
            : "<label for=\"$id\">$label</label>" . $this->control($option, $field, $attributes);
        // Help texts are HTML already: WHMCS prints them as they are.
        $help = implode('<br>', array_filter([
            $wrong === '' ? '' : "<strong>$wrong</strong>",
            $this->storedNow($option, $field),
            Lang::text("option_$option[key]_help"),
            Html::lang('addon_settings_default', ['value' => self::shown($option, $option['default'])]),
        ]));
        $error = $wrong === '' ? '' : ' has-error';

        return "<div class=\"col-xs-12 col-sm-6 col-md-4\"><div class=\"form-group$error\">$control"
            . "<span class=\"help-block\" id=\"{$id}_help\">$help</span></div></div>";
    }

    /**
     * @param array<string, mixed> $option
     * @param array<string, mixed> $field
     */
    private function control(array $option, array $field, string $attributes): string
    {
        $value = (string) $field['value'];
        if (in_array($option['kind'], ['lines', 'settings'], true)) {
            return "<textarea class=\"form-control input-sm\" rows=\"4\" $attributes>"
                . Html::text($value) . '</textarea>';
        }
        $choices = $option['kind'] === 'choice'
            ? array_combine($option['choices'], $option['choices'])
            : $this->listed($option);
        if ($choices === []) {
            $digits = $option['kind'] === 'number' ? ' inputmode="numeric"' : '';

            return "<input type=\"text\" class=\"form-control input-sm\" autocomplete=\"off\"$digits $attributes"
                . sprintf(' placeholder="%s" value="%s">', Html::text($option['default']), Html::text($value));
        }
        $chosen = $field['wrong'] === null ? (string) $field['meant'] : $value;
        // What is stored stays, whether or not it is in the list.
        $choices += ['' => self::shown($option, '')] + [$chosen => $chosen];
        if ($option['default'] !== '') {
            unset($choices['']);
        }

        return "<select class=\"form-control input-sm\" $attributes>"
            . Html::options($choices, $chosen) . '</select>';
    }

    /**
     * @param array<string, mixed> $option
     * @return array<int|string, string> what the server of the product has; nothing: it is typed
     */
    private function listed(array $option): array
    {
        try {
            return Choices::isListed($option)
                ? Choices::listed($option, Params::fromServer(Servers::forProduct($this->product)))
                : [];
        } catch (Throwable $error) {
            $this->noLists = Lang::text('addon_settings_no_lists', ['why' => Problem::html($error, [])]);

            return [];
        }
    }

    /**
     * @param array<string, mixed> $option
     * @param array<string, mixed> $field
     */
    private static function isOn(array $option, array $field): bool
    {
        return ($field['meant'] ?? $option['default']) === 'on';
    }

    /**
     * @param array<string, mixed> $option
     * @param array<string, mixed> $field
     */
    private function storedNow(array $option, array $field): string
    {
        $stored = $this->stored[$option['key']] ?? '';

        return $field['changed']
            ? Html::lang('addon_settings_stored', ['value' => self::shown($option, $stored)])
            : '';
    }

    /** @param array<string, mixed> $option */
    private static function shown(array $option, string $value): string
    {
        $value = $value === '' ? $option['default'] : $value;
        if ($value === '') {
            return Lang::text($option['without'] === null ? 'addon_settings_unset' : "choice_$option[without]");
        }

        return $option['kind'] === 'switch' ? Lang::word("compare_$value", $value) : $value;
    }

    /** @param array<string, mixed> $option */
    private static function unit(array $option): string
    {
        return Html::text(Lang::word("unit_$option[unit]", $option['unit']));
    }
}
