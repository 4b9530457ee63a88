<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;

/** THE TABLE of tabs of the client's page. Each has an address of its own. */
final class Tabs
{
    /** Where the others are not. */
    private const FIRST = 'overview';

    /** @var array<string, class-string<Tab>> in the order of the page */
    private const ROWS = [
        self::FIRST => OverviewTab::class,
        'graphs' => GraphsTab::class,
        'network' => NetworkTab::class,
        'reach' => ReachTab::class,
        'firewall' => FirewallTab::class,
        'rebuild' => RebuildTab::class,
        'snapshots' => SnapshotsTab::class,
        'media' => MediaTab::class,
        'keys' => KeysTab::class,
        'backups' => BackupsTab::class,
        'history' => HistoryTab::class,
    ];

    /** @return array<string, class-string<Tab>> those that this service has */
    public static function of(Seen $seen): array
    {
        return array_filter(self::ROWS, static fn (string $tab): bool => $tab::isThere($seen));
    }

    /** The tab that is asked for, if the service has it. */
    public static function open(Seen $seen): string
    {
        $asked = AskedTab::name();

        return isset(self::of($seen)[$asked]) ? $asked : self::FIRST;
    }

    /** @return list<array{name: string, label: string, url: string, open: bool}> for the page, and for WHMCS's menu */
    public static function links(Seen $seen): array
    {
        $open = self::open($seen);
        $link = static fn (string $name): array => [
            'name' => $name,
            'label' => Lang::text("client_tab_$name"),
            'url' => self::url($seen->whmcs->serviceId(), $name),
            'open' => $name === $open,
        ];

        return array_map($link, array_keys(self::of($seen)));
    }

    /** As WHMCS's own templates name its pages: in whatever folder of a site they are. */
    public static function url(int $service, string $name): string
    {
        return "clientarea.php?action=productdetails&id=$service&" . AskedTab::PARAMETER . "=$name";
    }

    /**
     * What changes on the tab that asks. A refresh does not know what the product hides: the page has not drawn that.
     *
     * @return array<string, mixed>
     */
    public static function live(Seen $seen): array
    {
        $name = isset($seen->shown['permissions']) ? self::open($seen) : AskedTab::name();
        $tab = self::ROWS[$name] ?? self::ROWS[self::FIRST];

        return $tab::live($seen);
    }
}
