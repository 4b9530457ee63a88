<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** Every action that the core offers staff for a service, drawn as it lists them; those refused say why. */
final class ActionForms
{
    /**
     * @param list<array<string, mixed>> $actions as the core lists them
     * @param string $version of the choices that the page has read
     */
    public static function html(string $link, array $actions, string $version): string
    {
        $groups = [];
        foreach ($actions as $action) {
            // These have a panel of their own on the page, with what has to be known before.
            if ($action['panel'] ?? false) {
                continue;
            }
            $groups[(string) $action['group']][] = self::form($link, $action, $version);
        }
        $html = '';
        foreach ($groups as $group => $forms) {
            $html .= '<p><strong>' . Html::text(Lang::word("action_group_$group", $group)) . '</strong></p>'
                . implode('', $forms);
        }

        return $html === '' ? '' : Html::panel(Html::lang('addon_actions'), $html);
    }

    /** @param array<string, mixed> $action */
    private static function form(string $link, array $action, string $version): string
    {
        $name = (string) $action['name'];
        $kinds = array_column($action['inputs'] ?? [], 'kind', 'name');
        $sure = (string) ($action['sure'] ?? '');
        $inputs = '';
        foreach (array_keys(array_diff($kinds, ['version'])) as $field) {
            $label = Lang::word("action_input_$field", $field);
            if (($kinds[$field] ?? '') === 'tick') {
                $inputs .= '<label class="small"><input type="checkbox" name="' . Html::text($field) . '" value="1"> '
                    . Html::text($label) . '</label> ';
                continue;
            }
            $control = ($kinds[$field] ?? '') === 'user_data'
                ? '<textarea name="user_data" rows="2" placeholder="' . Html::text($label) . '"></textarea>'
                : Html::input($field, '', $label);
            $inputs .= Html::labelled(Html::text($label), $control, false) . ' ';
        }
        $inputs .= ActionForm::meant($name, $sure);
        $label = $action['label'] ?? Lang::word("action_$name", Progress::words($name));
        $isAllowed = ($action['allowed'] ?? false) === true;
        $button = sprintf(
            '<button type="submit" class="btn btn-%s btn-sm" name="act" value="action"%s>%s</button>',
            ActionForm::kind($sure),
            $isAllowed ? '' : ' disabled',
            Html::text((string) $label)
        );
        $why = (string) ($isAllowed ? $action['warning'] ?? '' : $action['why'] ?? '');
        $colour = $isAllowed ? 'text-warning' : 'proxmoxkvm-muted';
        $why = $why === '' ? '' : " <span class=\"$colour small\">" . Html::text($why) . '</span>';

        $hidden = ActionForm::hidden($name) + array_fill_keys(array_keys($kinds, 'version', true), $version);

        return '<div class="proxmoxkvm-action">' . Html::form($link, $hidden, $inputs . $button . $why) . '</div>';
    }
}
