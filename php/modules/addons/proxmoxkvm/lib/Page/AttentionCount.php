<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Admin\Attention;

/** How much needs somebody, beside the title of its tab. Every page shows it, so it is asked once a minute. */
final class AttentionCount
{
    private const KEY = 'proxmoxkvm_attention';
    private const SECONDS = 60;

    /** @return string HTML; nothing where all is well, or nobody can tell */
    public static function html(): string
    {
        $kept = $_SESSION[self::KEY] ?? null;
        $age = time() - (int) ($kept['at'] ?? 0);
        try {
            $count = is_array($kept) && $age >= 0 && $age < self::SECONDS
                ? (int) $kept['count']
                : self::keep(Attention::read(1)->total);
        } catch (Throwable) {
            // The page itself says what is wrong.
            return '';
        }
        $label = Html::lang('attention_count', ['n' => $count]);

        return $count === 0 ? '' : " <span class=\"badge\" aria-label=\"$label\">$count</span>";
    }

    /** What a page has read itself. */
    public static function keep(int $count): int
    {
        $_SESSION[self::KEY] = ['at' => time(), 'count' => $count];

        return $count;
    }

    /** A button was pressed: what was counted may be mended. */
    public static function forget(): void
    {
        unset($_SESSION[self::KEY]);
    }
}
