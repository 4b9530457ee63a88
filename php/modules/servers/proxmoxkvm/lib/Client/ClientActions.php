<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;

/** The actions of the client's page, as the core lists them. */
final class ClientActions
{
    /** What stands in the page's head. Every other group is drawn by the tab that names its actions, if there is one. */
    private const POWER = 'power';
    private const IN_HEAD = [self::POWER, 'protection'];

    /** So many of the power's are seen at once; the rest is below the three dots. */
    private const AT_ONCE = 3;

    /**
     * @param array<string, mixed> $shown the core's answer
     * @return array{bar: list<array<string, mixed>>, menu: list<array<string, mixed>>} in the core's order
     */
    public static function head(array $shown): array
    {
        $places = ['bar' => [], 'menu' => []];
        foreach ($shown['actions'] ?? [] as $action) {
            if (in_array($action['group'], self::IN_HEAD, true)) {
                $isFirst = $action['group'] === self::POWER && count($places['bar']) < self::AT_ONCE;
                $isPlain = !in_array($action['sure'], ['typed', 'ticked'], true);
                $places[$isFirst && $isPlain ? 'bar' : 'menu'][] = self::button($action);
            }
        }

        return $places;
    }

    /**
     * @param array<string, mixed> $shown the core's answer
     * @return list<array<string, mixed>> the buttons of a tab's own group
     */
    public static function ofGroup(array $shown, string $group): array
    {
        /** @var list<array<string, mixed>> $own */
        $own = array_filter($shown['actions'] ?? [], static fn (array $one): bool => $one['group'] === $group);

        return array_values(array_map(self::button(...), $own));
    }

    /**
     * What a browser names is a name like any other: of all that the library can be asked, a customer may ask for the
     * actions that some product gives to customers. Whether this product does, the core says.
     */
    public static function mustBeForClients(string $action): void
    {
        $row = array_column(Native::catalogue('actions'), null, 'name')[$action] ?? [];
        if (!isset($row['switch'])) {
            throw new Refused(Lang::text('client_forbidden'));
        }
    }

    /** @param array<string, mixed> $reply of the core: what the guest's agent has done needs no restart */
    public static function done(string $action, array $reply = []): string
    {
        $done = Lang::word("action_{$action}_done", $action);

        return ($reply['by'] ?? '') === 'agent' ? Lang::word("action_{$action}_at_once", $done) : $done;
    }

    /**
     * @param array<string, mixed> $action
     * @return array<string, mixed>
     */
    private static function button(array $action): array
    {
        $name = (string) $action['name'];
        $label = Lang::word("action_$name", $name);

        return [
            'name' => $name,
            'label' => $label,
            'sure' => $action['sure'] === 'no' ? '' : Lang::word("action_{$name}_sure", $name),
            'typed' => $action['sure'] === 'typed',
            'ticked' => $action['sure'] === 'ticked',
            'doing' => Lang::word("client_doing_$name", $label),
            // What each form brings along by itself is typed by nobody.
            'inputs' => array_keys(array_diff(array_column($action['inputs'] ?? [], 'kind', 'name'), ['version'])),
        ];
    }
}
