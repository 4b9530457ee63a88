<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Addon\Proxmoxkvm\Page\AttentionCount;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Page;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Paging;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Advice;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Attention;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;

/** Everything that needs somebody: what several services have in common, then the services one by one. */
final class AttentionPage implements Page
{
    private const NAME = 'attention';
    private const TITLES = ['addon_service', 'addon_client', 'tab_domain', 'tab_status', 'tab_error', ''];
    private const SLOW_TITLES = [
        'addon_service', 'addon_client', 'addon_product', 'tab_status', 'addon_since', 'attention_taken',
        'attention_usual', '',
    ];

    public function __construct(private Request $request)
    {
    }

    public function html(): string
    {
        $paging = new Paging($this->request);
        $attention = Attention::read($paging->size, $paging->offset);
        AttentionCount::keep($attention->total);
        if ($attention->total === 0) {
            return Html::note('success', Html::lang('addon_all_well'));
        }
        $services = $attention->reply['services'] ?? [];

        return $this->causes($attention->causes)
            . ($services === [] ? '' : $this->table($services, $attention->reply))
            . $paging->html(self::NAME, [], (int) ($attention->reply['services_total'] ?? 0))
            . $this->slow($attention->reply);
    }

    public function act(): Outcome
    {
        return Outcome::noSuchButton(self::NAME);
    }

    /** @param list<array{text: string, page: string, query: array<string, int>}> $causes */
    private function causes(array $causes): string
    {
        $html = '';
        foreach ($causes as $cause) {
            $link = $this->request->link($cause['page'], $cause['query']);
            $look = Html::link($link, Html::lang('attention_look'));
            $html .= '<li>' . Html::text($cause['text']) . " $look</li>";
        }

        return $html === '' ? '' : Html::note('warning', "<ul class=\"proxmoxkvm-causes\">$html</ul>");
    }

    /**
     * Builds that nothing else is told of.
     *
     * @param array<string, mixed> $reply
     */
    private function slow(array $reply): string
    {
        $slow = $reply['slow'] ?? [];
        $whmcs = ServiceRows::of(array_map(intval(...), array_column($slow, 'id')), $this->request);
        $rows = [];
        foreach ($slow as $build) {
            $id = (int) $build['id'];
            $rows[] = [
                $whmcs->service($id),
                $whmcs->client($id),
                $whmcs->product($id),
                $whmcs->status($build),
                Html::text(Text::time($build['since'])),
                Html::text(Locale::duration((float) $build['elapsed_s'])),
                Html::text(Locale::duration((float) $build['usual_s'])),
                $whmcs->actions($id),
            ];
        }
        $values = ['n' => (int) ($reply['slow_total'] ?? 0)];

        return $rows === [] ? ''
            : '<p>' . Html::lang('attention_slow', $values) . '</p>' . Html::table(self::SLOW_TITLES, $rows);
    }

    /**
     * @param list<array<string, mixed>> $services
     * @param array<string, mixed> $reply
     */
    private function table(array $services, array $reply): string
    {
        $whmcs = ServiceRows::of(array_map(intval(...), array_column($services, 'id')), $this->request);
        $rows = [];
        foreach ($services as $service) {
            $id = (int) ($service['id'] ?? 0);
            $error = $service['error'] ?? null;
            $undelivered = $reply['undelivered'][$id] ?? [];
            $records = $reply['dns_troubles'][$id] ?? [];
            $troubles = [...(is_array($error) ? [$error] : []), ...$records, ...$undelivered];
            $rows[] = [
                $whmcs->service($id),
                $whmcs->client($id),
                $whmcs->domain($service),
                $whmcs->status($service),
                '<div>' . implode(array_map(Advice::html(...), $troubles)) . '</div>',
                (($error['code'] ?? '') === ServicePage::GONE ? '' : Html::form(
                    $this->request->link('service', ['id' => $id]),
                    ['back' => self::NAME],
                    (is_array($error) || $records !== []
                        ? Html::button('addon_retry', is_array($error) ? 'retry' : 'dns', 'primary') : '')
                    . self::undelivered($undelivered)
                )) . $whmcs->actions($id),
            ];
        }

        return Html::table(self::TITLES, $rows);
    }

    /** @param list<array<string, mixed>> $undelivered */
    private static function undelivered(array $undelivered): string
    {
        $isGivenUp = in_array(false, array_column($undelivered, 'retry'), true);

        return ($undelivered === [] ? '' : Html::button('addon_deliver_again', 'deliver', 'primary'))
            . ($isGivenUp ? ' ' . Html::button('addon_drop', 'drop') : '');
    }
}
