<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Product\Refusal;
use WHMCS\Module\Server\Proxmoxkvm\Service\ChangeCourse;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;

/** What a change of package does, as its customer reads it: a line each. */
final class ChangeLines
{
    /**
     * @param array<string, mixed> $preview of the core
     * @return list<string>
     */
    public static function of(array $preview): array
    {
        if (is_array($preview['refusal'] ?? null)) {
            return [Refusal::sentence($preview['refusal'])];
        }
        $lines = array_map(self::change(...), $preview['sold'] ?? []);
        if (($preview['system'] ?? false) === true) {
            $lines[] = Lang::text('client_change_system');
        }
        if (($preview['changes'] ?? false) === true) {
            $how = ChangeCourse::of($preview);
            $lines[] = Lang::text("client_change_$how");
        }
        if (is_numeric($preview['usual_s'] ?? null)) {
            $lines[] = Lang::text('client_change_usual', ['time' => Locale::duration((float) $preview['usual_s'])]);
        }

        return $lines;
    }

    /** @param array<string, mixed> $sold */
    private static function change(array $sold): string
    {
        $none = ($sold['unlimited'] ?? false) === true ? 'ordered_unlimited' : 'none';
        $told = static fn (mixed $number): string => (float) $number > 0
            ? Resources::value((string) $sold['key'], (float) $number)
            : Lang::text($none);
        $stays = ($sold['stays'] ?? false) === true;

        return Lang::text($stays ? 'client_change_stays' : 'client_change_line', [
            'what' => Lang::text("resource_$sold[key]"),
            'from' => $told($sold['from']),
            'to' => $told($sold['to']),
        ]);
    }
}
