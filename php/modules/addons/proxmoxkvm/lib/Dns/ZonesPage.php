<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Dns;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServiceRows;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Shown;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The DNS zones: list, form, test, deletion. A secret goes in and never comes out again. */
final class ZonesPage implements Page
{
    private const NAME = 'zones';

    private ?ZoneForm $form = null;

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        $id = $this->request->askedNumber('id');
        $zone = $id === 0 ? null : Zones::one($id);
        if ($this->request->asked('delete') !== '' && $zone !== null) {
            return $this->deletion($zone);
        }
        if ($this->form === null && $this->request->asked('form') !== '') {
            $this->form = $zone === null ? ZoneForm::empty() : ZoneForm::stored($zone);
        }

        return $this->form === null ? $this->zones() : $this->form->html($this->request);
    }

    public function act(): Outcome
    {
        $action = $this->request->sent('act');
        if ($action === 'save' || $action === 'save_test') {
            return $this->save($action === 'save_test');
        }
        if ($action === 'sync') {
            return ZoneSync::act(self::NAME);
        }
        $zone = Zones::one($this->request->sentNumber('id'));
        if ($zone === null) {
            return Outcome::bad(Html::lang('addon_zone_gone'), self::NAME);
        }

        return match ($action) {
            'test' => $this->test($zone, ''),
            'delete' => $this->delete($zone),
            default => Outcome::noSuchButton(self::NAME),
        };
    }

    private function save(bool $andTest): Outcome
    {
        $form = ZoneForm::sent($this->request);
        $wrong = $form->wrong();
        if ($wrong !== []) {
            $this->form = $form;

            return Outcome::wrongForm(implode('<br>', array_map(Html::text(...), $wrong)), self::NAME);
        }
        $zone = Zones::one(ZoneTable::save($form));
        if ($zone === null) {
            return Outcome::bad(Html::lang('addon_zone_gone'), self::NAME);
        }
        $saved = Html::lang('addon_saved', ['zone' => $zone['zone']]) . self::sync();

        return $andTest ? $this->test($zone, "$saved<br>") : Outcome::good($saved, self::NAME);
    }

    /** A new zone, or a zone somewhere else, wants the records of services that are ready already. @return string HTML */
    private static function sync(): string
    {
        try {
            $services = (int) (Native::call('sync_dns_records', [])['services'] ?? 0);
        } catch (Throwable $error) {
            Problem::log('sync_dns_records', [], $error);

            return ' ' . Problem::html($error, []);
        }

        return $services === 0 ? '' : ' ' . Html::lang('addon_saved_sync', ['n' => $services]);
    }

    /**
     * @param array<string, mixed> $zone
     * @param string $before HTML
     */
    private function test(array $zone, string $before): Outcome
    {
        $request = ['zone' => $zone];
        try {
            $reply = Native::call('zone_test', $request);
            Log::call('zone_test', $request, $reply, Secrets::of($request));
        } catch (Throwable $error) {
            Problem::log('zone_test', $request, $error);
            $name = '<strong>' . Html::text($zone['zone']) . '</strong>: ';

            return Outcome::bad($before . $name . Problem::html($error, $request), self::NAME);
        }

        return Outcome::good($before . Html::lang('addon_tested', ['zone' => $zone['zone']]), self::NAME);
    }

    /** @param array<string, mixed> $zone */
    private function delete(array $zone): Outcome
    {
        ZoneTable::delete($zone['id']);
        // After it is gone: what the core writes from here on, it writes elsewhere.
        Native::call('sync_dns_records', ['forget_zone' => $zone['id']]);

        return Outcome::good(Html::lang('addon_deleted', ['zone' => $zone['zone']]), self::NAME);
    }

    private function zones(): string
    {
        $rows = [];
        foreach (Zones::all() as $zone) {
            $id = $zone['id'];
            $zone = Shown::zone($zone);
            $rows[] = [
                Html::text($zone['zone']) . ($zone['addresses'] === '' ? '' : '<br>' . Html::text($zone['addresses'])),
                Html::text(ZoneForm::providers()[$zone['provider']] ?? $zone['provider']),
                Html::text($zone['endpoint'] === '' ? '-' : $zone['endpoint']),
                Html::text($zone['ttl']),
                Html::form(
                    $this->request->link(self::NAME),
                    ['id' => $id],
                    Html::button('addon_test', 'test', 'primary')
                ),
                Html::link($this->request->link(self::NAME, ['form' => 1, 'id' => $id]), Html::lang('addon_edit'))
                    . ' &nbsp; ' . Html::link(
                        $this->request->link(self::NAME, ['delete' => 1, 'id' => $id]),
                        Html::lang('addon_delete')
                    ),
            ];
        }
        $list = $rows === []
            ? Html::note('info', Html::lang('addon_no_zones'))
            : Html::table(['addon_zone', 'addon_provider', 'addon_endpoint', 'addon_ttl', '', ''], $rows);
        $add = sprintf(
            '<a class="btn btn-primary btn-sm" href="%s">%s</a>',
            Html::text($this->request->link(self::NAME, ['form' => 1])),
            Html::lang('addon_add')
        );

        return "$list<p>$add</p>" . ($rows === [] ? '' : ZoneSync::html($this->request, self::NAME));
    }

    /** @param array<string, mixed> $zone */
    private function deletion(array $zone): string
    {
        $form = Html::form(
            $this->request->link(self::NAME),
            ['id' => $zone['id']],
            Html::button('addon_delete', 'delete', 'danger') . ' '
                . Html::link($this->request->link(self::NAME), Html::lang('addon_cancel'))
        );

        return Html::note('warning', Html::lang('addon_delete_sure', ['zone' => $zone['zone']]))
            . $this->concerned($zone) . $form;
    }

    /** @param array<string, mixed> $zone */
    private function concerned(array $zone): string
    {
        try {
            $reply = Native::call('zone_services', ['zone' => array_diff_key($zone, ['secret' => ''])]);
        } catch (Throwable $error) {
            return Html::note('danger', Problem::html($error, []));
        }
        $total = (int) ($reply['total'] ?? 0);
        $ids = array_slice(array_map(intval(...), $reply['services'] ?? []), 0, 50);
        $whmcs = ServiceRows::of($ids, $this->request);
        $links = implode(', ', array_map($whmcs->service(...), $ids)) . ($total > count($ids) ? ', …' : '');

        $number = $total . (($reply['more'] ?? false) === true ? '+' : '');

        return '<p>' . Html::lang('addon_delete_concerns', ['n' => $number]) . "</p><p>$links</p>";
    }
}
