<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Advice;
use WHMCS\Module\Server\Proxmoxkvm\Admin\DnsRecords;
use WHMCS\Module\Server\Proxmoxkvm\Admin\GuestLinks;
use WHMCS\Module\Server\Proxmoxkvm\Admin\History;
use WHMCS\Module\Server\Proxmoxkvm\Admin\ProgressLine;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Service\Rescue;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** One service, and what an admin can do about it. */
final class ServicePage implements Page
{
    /** The core's word for a service that WHMCS does not have any more: no order can be made for it. */
    public const GONE = 'whmcs_gone';

    private const NAME = 'service';

    private int $id;

    public function __construct(private Request $request)
    {
        $this->id = $request->askedNumber('id');
    }

    public function html(): string
    {
        $shown = $this->shown();
        $service = $shown['service'] ?? null;
        $whmcs = ServiceRows::of([$this->id], $this->request);
        $facts = [
            'addon_service' => $whmcs->service($this->id),
            'addon_client' => $whmcs->client($this->id),
            'tab_domain' => $whmcs->domain(['id' => $this->id] + ($service ?? [])),
            'tab_status' => $service === null ? Html::lang('not_created') : $whmcs->status($service)
                . ProgressLine::html(Progress::of($service), is_array($service['error'] ?? null)),
            'addon_node' => Html::text($service['node'] ?? '-'),
            'attach_placeholder' => Html::text($service['vmid'] ?? '-') . ' '
                . GuestLinks::toProxmox($service ?? [], $this->server($service)) . ' &nbsp; '
                . GuestLinks::toConsole($service ?? []),
            'tab_addresses' => ServiceRows::addresses($service ?? []),
            'tab_rescue' => Html::text(Rescue::line($service ?? []) ?: '-'),
            'tab_error' => is_array($service['error'] ?? null) ? Advice::html($service['error']) : '-',
        ];
        $rows = '';
        foreach ($facts as $label => $html) {
            $rows .= '<tr><th>' . Html::lang($label) . "</th><td>$html</td></tr>";
        }

        $history = $service === null ? '' : Html::panel(
            Html::lang('tab_history'),
            History::html($shown['activity'] ?? [], $this->id)
        );

        return TaskLog::html($this->id, $this->request->askedNumber('log'))
            . "<table class=\"table table-condensed proxmoxkvm-facts\">$rows</table>"
            . $this->forms($service, $shown['dns'] ?? [])
            . ActionForms::html(
                $this->request->link(self::NAME, ['id' => $this->id]),
                self::possible($shown),
                (string) ($service['choices']['version'] ?? '')
            )
            . PlanPanel::html($this->request, $this->id)
            . (isset($service['vmid']) ? ReachPanel::html($this->request, $this->id) : '')
            . (isset($service['vmid']) ? ScreenPanel::html(
                $this->request,
                $this->request->link(self::NAME, ['id' => $this->id]),
                $this->id
            ) : '')
            . ($service === null ? '' : $this->copies() . SshKeyPanel::html(
                $this->request->link(self::NAME, ['id' => $this->id]),
                $this->id,
                (string) ($service['choices']['version'] ?? '')
            ))
            . $history;
    }

    private function copies(): string
    {
        $link = $this->request->link(self::NAME, ['id' => $this->id]);

        return SnapshotPanel::html($this->request, $link, $this->id)
            . BackupPanel::html($this->request, $link, $this->id)
            . IsoPanel::html($this->request, $link, $this->id)
            . FirewallPanel::html($this->request, $link, $this->id);
    }

    public function act(): Outcome
    {
        $actions = new ServiceActions($this->id);
        $back = $this->request->sent('back') === 'attention' ? 'attention' : self::NAME;

        return match ($this->request->sent('act')) {
            'retry' => $actions->retry($back),
            'deliver' => $actions->deliver($back),
            'drop' => $actions->dropUndelivered($back),
            'dns' => $actions->act('set_dns_records', [], $back),
            'action' => $actions->act($this->request->sent('do'), $this->request->form(), $back),
            'redeploy' => $actions->redeploy($this->request->sent('confirm')),
            'attach' => $actions->attach($this->request->sent('vmid')),
            'forget' => $actions->forget(),
            'confirm_owner' => $actions->confirmOwner(),
            default => Outcome::noSuchButton(self::NAME),
        };
    }

    /**
     * @param array<string, mixed> $shown
     * @return list<array<string, mixed>> no action where no order can be made
     */
    private static function possible(array $shown): array
    {
        return ($shown['service']['error']['code'] ?? '') === self::GONE ? [] : $shown['actions'] ?? [];
    }

    /**
     * @param array<string, mixed>|null $service
     * @return array<string, mixed> the entry as the core takes it; nothing where WHMCS has none any more
     */
    private function server(?array $service): array
    {
        $row = ServerRows::all()[(int) ($service['server_id'] ?? 0)] ?? null;

        return $row === null ? [] : ServerRows::forCore($row);
    }

    /** @return array<string, mixed> the core's answer; nothing where it does not know the service */
    private function shown(): array
    {
        try {
            return Native::call('show', ['service' => $this->id] + History::ASKED);
        } catch (CoreError $error) {
            if ($error->reason === 'unknown_service') {
                return [];
            }
            throw $error;
        }
    }

    /**
     * @param array<string, mixed>|null $service
     * @param array<string, mixed> $dns
     */
    private function forms(?array $service, array $dns): string
    {
        $forms = [];
        $trouble = (string) ($service['error']['code'] ?? '');
        $isGone = $trouble === self::GONE;
        if ($service !== null && !$isGone) {
            $forms['retry'] = ['addon_retry', 'primary', Html::lang('addon_retry_help'), ''];
        }
        $records = DnsRecords::html($dns, Zones::any());
        if ($service !== null && !$isGone && $records !== '') {
            $forms['dns'] = ['addon_dns_retry', 'default', $records, ''];
        }
        if (isset($service['vmid']) && !$isGone) {
            $help = Html::lang('addon_redeploy_help', ['vmid' => (string) $service['vmid']]);
            $forms['redeploy'] = ['addon_redeploy', 'danger', $help, 'confirm'];
        }
        if ($trouble === 'other_order') {
            $forms['confirm_owner'] = ['addon_confirm_owner', 'default', Html::lang('addon_confirm_owner_help'), ''];
        }
        if ($isGone || $trouble === 'other_order') {
            $forms['forget'] = ['addon_forget', 'danger', Html::lang('addon_forget_help'), ''];
        }
        if (!$isGone) {
            $forms['attach'] = ['addon_attach', 'default', Html::lang('addon_attach_help'), 'vmid'];
        }
        $html = '';
        foreach ($forms as $action => [$label, $kind, $help, $field]) {
            $input = $field === '' ? '' : '<div class="proxmoxkvm-field">'
                . Html::labelled('VMID', Html::input($field, '', 'VMID'), false) . '</div> ';
            $html .= Html::panel(Html::lang($label), "<div class=\"proxmoxkvm-help\">$help</div>" . Html::form(
                $this->request->link(self::NAME, ['id' => $this->id]),
                [],
                $input . Html::button($label, $action, $kind)
            ));
        }

        return $html;
    }
}
