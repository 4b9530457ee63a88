<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Stock;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Gauge;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Paging;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServerRows;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** The addresses of a server entry: its lines, how full they are, what is reserved, and who has which. */
final class PoolsPage implements Page
{
    private const NAME = 'pools';

    private ?PoolForm $form = null;

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        $servers = ServerRows::all();
        if ($servers === []) {
            return Html::note('info', Html::lang('addon_no_servers'));
        }
        $server = $this->server($servers);
        $row = $servers[$server];
        $asked = $this->request->asked('form');
        $this->form ??= match (true) {
            $asked === '' => null,
            $asked === 'add' => PoolForm::empty(),
            default => $this->stored($row),
        };
        if ($this->form !== null) {
            return $this->form->html($this->request, $server, (new PoolText($server, $row))->fingerprint());
        }
        $select = Html::select('server', ServerRows::names(), (string) $server);
        $form = Html::labelled(Html::lang('addon_server'), $select) . ' '
            . Html::button('addon_show', '', 'primary');

        return Html::search($this->request, self::NAME, $form) . $this->pool($server, $row);
    }

    public function act(): Outcome
    {
        $servers = ServerRows::all();
        $server = $this->server($servers);

        return $server === 0
            ? Outcome::noSuchButton(self::NAME)
            : (new PoolChange($this->request, $server, $servers[$server]))->act($this->kept(...));
    }

    /** What was typed stays in the form. */
    private function kept(PoolForm $form): void
    {
        $this->form = $form;
    }

    /** @param array<int, object> $servers */
    private function server(array $servers): int
    {
        $chosen = $this->request->askedNumber('server');

        return isset($servers[$chosen]) ? $chosen : (int) array_key_first($servers);
    }

    private function stored(object $row): ?PoolForm
    {
        $number = $this->request->askedNumber('form');
        $reply = Native::call('pools', ['server' => ServerRows::forCore($row), 'number' => $number, 'limit' => 0]);
        $line = $reply['lines'][0] ?? null;

        return $line === null ? null : PoolForm::of($line);
    }

    private function pool(int $server, object $row): string
    {
        $paging = new Paging($this->request);
        $lines = new Paging($this->request, 100, 'lines');
        $line = $this->request->asked('line') === '' ? null : $this->request->askedNumber('line');
        $reply = Native::call('pools', [
            'server' => ServerRows::forCore($row),
            'limit' => $paging->size,
            'offset' => $paging->offset,
            'lines_limit' => $lines->size,
            'lines_offset' => $lines->offset,
        ] + ($line === null ? [] : ['line' => $line]));
        $query = ['server' => $server, 'line' => (string) ($line ?? '')];
        $add = sprintf(
            '<p><a class="btn btn-primary btn-sm" href="%s">%s</a></p>',
            Html::text($this->request->link(self::NAME, ['server' => $server, 'form' => 'add'])),
            Html::lang('pool_add')
        );

        return $this->warnings($server, $reply) . $this->sums($reply['sums'] ?? [])
            . (new PoolLines($this->request, $server))->html($reply['lines'] ?? [])
            . $lines->html(self::NAME, ['server' => $server], (int) ($reply['lines_total'] ?? 0)) . $add
            . (new PoolReserved($this->request, $server, (new PoolText($server, $row))->fingerprint()))->html($reply)
            . PoolLeases::html($this->request, $reply['leases'] ?? [], $line)
            . $paging->html(self::NAME, $query, (int) ($reply['leases_total'] ?? 0));
    }

    /** @param array<string, mixed> $reply */
    private function warnings(int $server, array $reply): string
    {
        $texts = [];
        foreach ($reply['bad'] ?? [] as $bad) {
            $texts[] = Html::lang('bad_line', ['line' => (int) $bad['line'], 'reason' => (string) $bad['reason']]);
        }
        $stray = (int) ($reply['stray'] ?? 0);
        if ($stray > 0) {
            $link = $this->request->link(self::NAME, ['server' => $server, 'line' => 0]);
            $texts[] = Html::link($link, Html::lang('addon_stray', ['n' => $stray]));
        }

        return $texts === [] ? '' : Html::note('warning', implode('<br>', $texts));
    }

    /** @param array<int, array<string, int>> $sums by family */
    private function sums(array $sums): string
    {
        $html = '';
        foreach ($sums as $family => $sum) {
            $text = Lang::text('addon_sum', array_map(strval(...), ['family' => $family] + $sum));
            $html .= '<p><strong>' . Html::text($text) . '</strong> '
                . Gauge::html((int) $sum['total'], (int) $sum['free'], $text) . '</p>';
        }

        return $html;
    }
}
