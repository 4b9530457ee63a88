<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\SetUp;

use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;

/** A step from the activated addon to a VM that is sold: whether it is done, and what does it. */
final class Step
{
    /** The page that shows them. */
    public const PAGE = 'setup';

    /**
     * @param string $key of its title; with `_help` it says what it is for
     * @param string $html what does it, or what it came to
     */
    public function __construct(
        private string $key,
        public readonly bool $isDone,
        private string $html
    ) {
    }

    public function html(int $number): string
    {
        $state = sprintf(
            '<span class="proxmoxkvm-tag label label-%s">%s</span>',
            $this->isDone ? 'success' : 'warning',
            Html::lang($this->isDone ? 'setup_done' : 'setup_missing')
        );
        $title = "<h2 class=\"h4\">$number. " . Html::lang($this->key) . " $state</h2>";

        return $title . '<p class="proxmoxkvm-muted">' . Html::lang("{$this->key}_help") . "</p><div>$this->html</div>";
    }
}
