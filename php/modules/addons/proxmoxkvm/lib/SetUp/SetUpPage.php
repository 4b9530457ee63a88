<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\SetUp;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\DoctorPage;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Service\CronLine;
use WHMCS\Module\Addon\Proxmoxkvm\Service\ServerRows;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;

/** From an activated addon to a test VM that is sold, in one page of steps: what is done, and what does the rest. */
final class SetUpPage implements Page
{
    private ?object $server;

    /** @var array<int, object> */
    private array $rows;

    public function __construct(private Request $request)
    {
        $isOn = static fn (object $row): bool => (int) ($row->disabled ?? 0) === 0;
        $this->rows = array_filter(ServerRows::all(), $isOn);
        $this->server = $this->rows[$request->askedNumber('server')] ?? array_values($this->rows)[0] ?? null;
    }

    public function html(): string
    {
        $html = '<p>' . Html::lang('setup_help') . '</p>';
        foreach ($this->steps() as $index => $step) {
            $html .= $step->html($index + 1);
        }

        return $html;
    }

    public function act(): Outcome
    {
        if ($this->server === null) {
            return Outcome::bad(Html::lang('choice_no_server'), Step::PAGE);
        }

        $outcome = match ($this->request->sent('act')) {
            'login' => (new LoginStep($this->request, $this->server))->make(),
            'trust' => (new LoginStep($this->request, $this->server))->trust(),
            'template', 'look' => (new TemplateStep($this->request, $this->server))->build(),
            'forget' => (new TemplateStep($this->request, $this->server))->forget(),
            'product' => (new ProductStep($this->request, $this->server))->fill(),
            'sell' => (new ProductStep($this->request, $this->server))->make(),
            default => Outcome::noSuchButton(Step::PAGE),
        };

        return $outcome->with(['server' => (int) $this->server->id]);
    }

    /** @return list<Step> in their order; what needs a step before it comes once that is done */
    private function steps(): array
    {
        $server = $this->server;
        $steps = [new Step('setup_server', $server !== null, $this->entry())];
        if ($server !== null) {
            $login = new LoginStep($this->request, $server);
            $steps[] = $login->step();
            if ($login->isDone()) {
                $template = new TemplateStep($this->request, $server);
                $product = new ProductStep($this->request, $server);
                array_push($steps, $template->step(), $this->addresses($server), $product->step($template->found()));
            }
        }

        return [...$steps, $this->cron(), $this->doctor(), $this->order()];
    }

    private function entry(): string
    {
        $page = 'configservers.php?action=manage';
        if ($this->server === null) {
            return Html::link($page, Html::lang('setup_server_make'));
        }
        $others = '';
        foreach (array_diff_key($this->rows, [(int) $this->server->id => 0]) as $id => $row) {
            $others .= ' &nbsp; '
                . Html::link($this->request->link(Step::PAGE, ['server' => $id]), Html::text(ServerRows::name($row)));
        }
        $name = Html::text(ServerRows::name($this->server));

        return '<strong>' . Html::link("$page&id={$this->server->id}", $name) . "</strong>$others";
    }

    private function addresses(object $server): Step
    {
        $request = ['server' => ServerRows::forCore($server), 'lines_limit' => 0, 'limit' => 0];
        $free = array_sum(array_column(Native::call('pools', $request)['sums'] ?? [], 'free'));
        $link = Html::link($this->request->link('pools', ['server' => (int) $server->id]), Html::lang('addon_pools'));

        return new Step('setup_addresses', $free > 0, Html::lang('setup_addresses_free', ['n' => $free]) . " $link");
    }

    private function cron(): Step
    {
        $last = CronRuns::last();
        $script = dirname(__DIR__, 4) . '/servers/proxmoxkvm/bin/cron.php';
        $line = '<p><code class="proxmoxkvm-line">* * * * * php -q ' . Html::text($script) . '</code></p>';

        return new Step('setup_cron', $last !== null && !CronRuns::isLate($last), $line . CronLine::html());
    }

    private function doctor(): Step
    {
        $link = Html::link($this->request->link('doctor'), Html::lang('addon_doctor'));

        return new Step('setup_doctor', DoctorPage::wasGood(), $link);
    }

    /** A VM that was ready once, and is removed again, has shown that all of it works. */
    private function order(): Step
    {
        $counts = Native::call('overview', ['limit' => 0])['counts'] ?? [];
        $isThere = ($counts['ready'] ?? 0) + ($counts['removed'] ?? 0) > 0;
        $links = Html::link('ordersadd.php', Html::lang('setup_order_make')) . ' &nbsp; '
            . Html::link($this->request->link('overview'), Html::lang('addon_overview'));

        return new Step('setup_order', $isThere, $links);
    }
}
