<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Database\Capsule;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** Services of the core together with what WHMCS knows of them: whose they are. */
final class ServiceRows
{
    /** @param array<int, object> $rows of WHMCS, by service */
    private function __construct(private array $rows, private Request $request)
    {
    }

    /** @param list<int> $ids */
    public static function of(array $ids, Request $request): self
    {
        $found = Capsule::table('tblhosting')
            ->leftJoin('tblclients', 'tblclients.id', '=', 'tblhosting.userid')
            ->leftJoin('tblproducts', 'tblproducts.id', '=', 'tblhosting.packageid')
            ->whereIn('tblhosting.id', $ids)
            ->get(['tblhosting.id', 'tblhosting.userid', 'tblhosting.domain', 'tblhosting.domainstatus',
                'tblclients.firstname', 'tblclients.lastname', 'tblproducts.name as product']);
        $rows = [];
        foreach ($found as $row) {
            $rows[(int) $row->id] = $row;
        }

        return new self($rows, $request);
    }

    /** The service: to WHMCS's own page of it. */
    public function service(int $id): string
    {
        $row = $this->rows[$id] ?? null;
        $number = '#' . $id;

        return $row === null ? $number : Html::link("clientsservices.php?userid=$row->userid&id=$id", $number);
    }

    public function client(int $id): string
    {
        $row = $this->rows[$id] ?? null;
        if ($row === null) {
            return '-';
        }
        $name = trim(Text::plain("$row->firstname $row->lastname"));

        return Html::link("clientssummary.php?userid=$row->userid", Html::text($name === '' ? "#$row->userid" : $name));
    }

    public function product(int $id): string
    {
        return Html::text(Text::plain((string) ($this->rows[$id]->product ?? '-')));
    }

    /** @param array<string, mixed> $service as the core shows it */
    public function domain(array $service): string
    {
        $row = $this->rows[(int) ($service['id'] ?? 0)] ?? null;

        return Html::text((string) ($service['domain'] ?? Text::plain((string) ($row->domain ?? ''))));
    }

    /** @param array<string, mixed> $service */
    public function status(array $service): string
    {
        $status = (string) ($service['status'] ?? '');
        $kind = match (true) {
            is_array($service['error'] ?? null) => 'danger',
            $status === 'ready' => 'success',
            $status === 'removed' => 'default',
            default => 'info',
        };
        $html = sprintf(
            '<span class="proxmoxkvm-tag label label-%s" title="%s">%s</span>',
            $kind,
            Html::text($status),
            Html::text(Progress::words($status))
        );
        if (($service['suspended'] ?? false) === true) {
            $html .= ' <span class="proxmoxkvm-tag label label-warning">' . Html::lang('suspended') . '</span>';
        }

        return $html;
    }

    /** @param array<string, mixed> $service */
    public static function addresses(array $service): string
    {
        return implode('<br>', array_map(Html::text(...), (array) ($service['addresses'] ?? []))) ?: '-';
    }

    /** @param array<string, mixed> $service */
    public static function vm(array $service): string
    {
        $values = ['vmid' => (string) ($service['vmid'] ?? ''), 'node' => (string) ($service['node'] ?? '-')];

        return $values['vmid'] === '' ? '-' : Html::lang('addon_vm_on', $values);
    }

    /** To the module's page of the service. */
    public function actions(int $id): string
    {
        return Html::link($this->request->link('service', ['id' => $id]), Html::lang('addon_actions'));
    }
}
