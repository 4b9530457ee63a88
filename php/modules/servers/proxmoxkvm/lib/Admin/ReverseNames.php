<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Secrets;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** The names that a service's addresses lead to, and the fields for them on the admin's page. */
final class ReverseNames
{
    public const FIELD = 'proxmoxkvm_reverse';

    /** What the fields showed when the page was made: only what was changed is set. */
    private const SHOWN = 'proxmoxkvm_reverse_shown';

    /**
     * @param array<string, mixed> $shown the core's answer
     * @return array<string, string> address => name; without one of its own an address has the service's domain
     */
    public static function of(array $shown): array
    {
        $domain = (string) ($shown['service']['domain'] ?? '');
        $names = [];
        foreach ($shown['service']['addresses'] ?? [] as $address) {
            $own = $shown['dns']['reverse'][$address] ?? null;
            // The core writes no name without a dot.
            $names[(string) $address] = (string) ($own ?? (str_contains($domain, '.') ? $domain : ''));
        }

        return $names;
    }

    /** @param array<string, mixed> $shown */
    public static function html(array $shown): string
    {
        $names = Zones::anyReverse() ? self::of($shown) : [];
        $html = FieldOutcome::html(self::FIELD, (int) ($shown['service']['id'] ?? 0));
        foreach ($names as $address => $name) {
            [$address, $name] = [Text::html($address), Text::html($name)];
            $html .= "<div><label class=\"proxmoxkvm-name\">$address <input type=\"text\" maxlength=\"253\""
                . ' autocomplete="off" class="form-control"'
                . sprintf(' name="%s[%s]" value="%s"></label>', self::FIELD, $address, $name)
                . sprintf('<input type="hidden" name="%s[%s]" value="%s"></div>', self::SHOWN, $address, $name);
        }

        return $names === []
            ? $html
            : "$html<span class=\"proxmoxkvm-muted\">" . Text::html(Lang::text('reverse_help')) . '</span>';
    }

    /**
     * @param array<string, mixed> $params
     * @param array<string, mixed> $post
     */
    public static function save(array $params, array $post): void
    {
        try {
            $service = (new Params($params))->serviceId();
            $said = [];
            $good = true;
            foreach (self::changed($post) as $address => $name) {
                $result = Entry::verb('set_reverse_name', $params, ['address' => $address, 'name' => $name]);
                $done = Lang::text('reverse_done', ['address' => $address]);
                $said[] = $result === 'success' ? Text::html($done) : Text::html("$address: ") . $result;
                $good = $good && $result === 'success';
            }
            if ($said !== []) {
                FieldOutcome::remember(self::FIELD, $service, $good, implode('<br>', $said));
            }
        } catch (Throwable $error) {
            Log::call('set_reverse_name', [], $error::class . ': ' . $error->getMessage(), Secrets::of([]));
        }
    }

    /**
     * @param array<string, mixed> $post
     * @return array<string, string> address => name
     */
    private static function changed(array $post): array
    {
        [$names, $shown] = [$post[self::FIELD] ?? null, $post[self::SHOWN] ?? null];
        $changed = [];
        foreach (is_array($names) ? $names : [] as $address => $name) {
            // WHMCS encodes what browsers send like what it stores.
            $name = is_string($name) ? trim(Text::plain($name)) : '';
            $before = is_array($shown) && is_string($shown[$address] ?? null) ? Text::plain($shown[$address]) : null;
            if ($before !== null && $name !== $before) {
                $changed[(string) $address] = $name;
            }
        }

        return $changed;
    }
}
