<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;

/** A long list, a part at a time. Pages count from 1. */
final class Paging
{
    public readonly int $page;
    public readonly int $offset;

    public function __construct(private Request $request, public readonly int $size = 50, private string $field = 'p')
    {
        $this->page = max(1, $request->askedNumber($field));
        $this->offset = ($this->page - 1) * $size;
    }

    /** @param array<string, int|string> $query what else stands in the address */
    public function html(string $page, array $query, int $total): string
    {
        $pages = max(1, (int) ceil($total / $this->size));
        if ($pages === 1 && $this->page === 1) {
            return '';
        }
        $link = fn (int $to, string $key): string => sprintf(
            '<li%s><a href="%s">%s</a></li> ',
            $to < 1 || $to > $pages ? ' class="disabled"' : '',
            Html::text($this->request->link($page, $query + [$this->field => min(max(1, $to), $pages)])),
            Html::lang($key)
        );

        return '<ul class="pager">' . $link($this->page - 1, 'addon_previous') . ' '
            . Html::lang('addon_page', ['page' => $this->page, 'pages' => $pages]) . ' '
            . $link($this->page + 1, 'addon_next') . '</ul>';
    }
}
