<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use Throwable;
use WHMCS\Module\AbstractWidget;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\AddonRoles;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/** What needs somebody, on the first page of the admin area: how much, and the first of it. Throws nothing. */
final class AttentionWidget extends AbstractWidget
{
    private const SHOWN = 5;

    protected $weight = 150;
    protected $columns = 1;
    protected $cache = false;
    protected $requiredPermission = '';

    public function __construct()
    {
        $this->title = Lang::text('widget_title');
        $this->description = Lang::text('addon_attention');
    }

    /** @return array{html?: string} */
    public function getData(): array
    {
        try {
            return ['html' => AddonRoles::mayEnter() ? self::list(Attention::read(self::SHOWN)) : ''];
        } catch (Throwable $error) {
            return ['html' => '<p class="text-danger">' . Problem::html($error, []) . '</p>'];
        }
    }

    /** @param mixed $data what getData() gave */
    public function generateOutput($data): string
    {
        $html = (string) ($data['html'] ?? '');

        return '<div class="widget-content-padded">'
            . ($html === '' ? Text::html(Lang::text('widget_no_access')) : $html) . '</div>';
    }

    private static function list(Attention $attention): string
    {
        if ($attention->total === 0) {
            return '<p>' . Text::html(Lang::text('addon_all_well')) . '</p>';
        }
        $shown = implode(array_map(
            static fn (array $one): string => '<li>' . self::link($one['page'], $one['query'], $one['text']) . '</li>',
            array_slice($attention->all(), 0, self::SHOWN)
        ));
        $all = self::link('attention', [], Lang::text('widget_all', ['n' => (string) $attention->total]));

        return "<ul>$shown</ul><p>$all</p>";
    }

    /** @param array<string, int> $query */
    private static function link(string $page, array $query, string $text): string
    {
        return sprintf('<a href="%s">%s</a>', Text::html(AddonRoles::link($page, $query)), Text::html($text));
    }
}
