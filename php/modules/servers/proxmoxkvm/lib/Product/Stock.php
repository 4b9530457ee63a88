<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Claims;

/**
 * WHMCS's stock of a product, from what still fits: only where the hoster has switched it on, here and for the product,
 * and only where every fact was read. An error never changes what is for sale.
 */
final class Stock
{
    /** Setting of the addon module. */
    public const SETTING = 'stock';

    private const PAUSE_SECONDS = 15 * 60;

    /** By the cron. Throws nothing. @return list<string> what was changed, or why nothing was */
    public static function update(): array
    {
        try {
            $setting = Capsule::table('tbladdonmodules')->where('module', Module::NAME)
                ->where('setting', self::SETTING)->value('value');
            if ($setting !== 'on' || !Claims::take('stock', self::PAUSE_SECONDS)) {
                return [];
            }

            return self::write(Fits::ofAll());
        } catch (Throwable $error) {
            return [Lang::text('stock_kept', ['product' => '-', 'why' => Forbidden::sentence($error)])];
        }
    }

    /**
     * @param array<int, Fits> $fits
     * @return list<string>
     */
    private static function write(array $fits): array
    {
        $lines = [];
        foreach ($fits as $id => $fit) {
            $product = Capsule::table('tblproducts')->where('id', $id)->first(['stockcontrol', 'qty']);
            if ($product === null || !in_array((string) $product->stockcontrol, ['on', '1'], true)) {
                continue;
            }
            $left = $fit->limits['fits'];
            if ($fit->unknown !== [] || $left === null) {
                $why = implode('; ', $fit->unknown) ?: Lang::text('stock_unlimited');
                $lines[] = Lang::text('stock_kept', ['product' => "#$id", 'why' => $why]);
                continue;
            }
            if ((int) $product->qty !== $left) {
                Capsule::table('tblproducts')->where('id', $id)->update(['qty' => $left]);
                $lines[] = Lang::text('stock_set', ['product' => "#$id", 'n' => (string) $left]);
            }
        }

        return $lines;
    }
}
