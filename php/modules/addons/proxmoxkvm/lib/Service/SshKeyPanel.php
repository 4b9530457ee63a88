<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Service\SshKeys;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** The SSH keys of a service's client, with those that its VM is built with. From the store: Proxmox VE is not asked. */
final class SshKeyPanel
{
    /** @param string $link to the page of the service */
    public static function html(string $link, int $service, string $version): string
    {
        try {
            $page = SshKeys::of(SshKeys::ask(Orders::paramsOf($service), 'admin', false));
        } catch (Throwable $error) {
            return Html::note('danger', Problem::html($error, []));
        }
        if ($page['rows'] === []) {
            return '';
        }
        $form = 'proxmoxkvm-keys';
        $rows = array_map(static fn (array $one): array => [
            sprintf(
                '<label><input type="checkbox" form="%s" name="ssh_keys[]" value="%s"%s> %s</label> %s',
                $form,
                Html::text($one['fingerprint']),
                $one['chosen'] ? ' checked' : '',
                Html::text($one['name']),
                Html::text($one['kind'])
            ),
            '<code>' . Html::text($one['fingerprint']) . '</code>',
            Html::text($one['at']),
            ActionForm::html($link, 'ssh_key_remove', ['fingerprint' => $one['fingerprint']]),
        ], $page['rows']);
        $hidden = ['ssh_keys[]' => 'none', 'version' => $version];

        return Html::panel(Html::lang('client_keys'), Html::table(
            ['client_keys', 'addon_key_fingerprint', 'history_at', ''],
            $rows
        ) . str_replace('<form ', "<form id=\"$form\" ", ActionForm::html($link, 'ssh_keys_choose', $hidden)));
    }
}
