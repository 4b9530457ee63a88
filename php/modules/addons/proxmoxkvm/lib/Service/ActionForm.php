<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Asker;

/** The form of an action beside what it is about. How somebody says that it is meant is asked as the core's table says. */
final class ActionForm
{
    /**
     * @param string $link to the page of the service
     * @param array<string, mixed> $hidden what the form brings along
     * @param string $html what stands before the button
     * @param string $label a text, unless it is the action's own
     */
    public static function html(
        string $link,
        string $action,
        array $hidden,
        string $html = '',
        string $label = ''
    ): string {
        $sure = (string) (array_column(Native::catalogue('actions'), 'sure', 'name')[$action] ?? '');
        $button = Html::button($label ?: "action_$action", 'action', self::kind($sure));
        $html .= self::meant($action, $sure);

        return Html::form($link, self::hidden($action) + $hidden, $html . $button);
    }

    /** @return array<string, string> what each form of an action has */
    public static function hidden(string $action): array
    {
        return ['do' => $action, Asker::NONCE => Asker::nonce()];
    }

    /** What is typed or ticked, so that nothing is lost by a click. */
    public static function meant(string $action, string $sure): string
    {
        $typed = Lang::text('action_input_typed');

        return match ($sure) {
            'typed' => Html::labelled(Html::text($typed), Html::input('typed', '', $typed), false) . ' ',
            'ticked' => '<label class="small"><input type="checkbox" name="sure" value="1" required> '
                . Html::text(Lang::word("action_{$action}_sure", $action)) . '</label> ',
            default => '',
        };
    }

    /** What destroys is seen as that. */
    public static function kind(string $sure): string
    {
        return $sure === 'typed' ? 'danger' : 'default';
    }
}
