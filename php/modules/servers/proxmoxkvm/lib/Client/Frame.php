<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Language;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Asker;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** What stands around a tab of the client's page: head, tabs, or what a state shows in their place; script and style. */
final class Frame
{
    public const TEMPLATES = 'templates/client';

    private const TEXTS = [
        'tabs', 'power', 'more', 'lost', 'copy', 'copied', 'units', 'billing', 'setup_so_far', 'console',
    ];

    /** @return array<string, mixed> for the template, as `$proxmoxkvm` */
    public static function of(Seen $seen): array
    {
        $view = self::view($seen);
        $hasTabs = $view['pane'] === 'tabs';
        $open = Tabs::open($seen);
        $tab = Tabs::of($seen)[$open];
        $scripts = ['client.js', ...($hasTabs ? $tab::SCRIPTS : [])];

        return [
            'service' => $seen->whmcs->serviceId(),
            'token' => Visitor::token(),
            'nonce' => Asker::nonce(),
            'lang' => Locale::tag(),
            'dir' => Locale::direction(),
            // Whole, so that it is found from wherever WHMCS reads the page.
            'templates' => dirname(__DIR__, 2) . '/' . self::TEMPLATES,
            'assets' => [
                'style' => Asset::url('client.css'),
                'scripts' => array_map(Asset::url(...), $scripts),
            ],
            'view' => $view,
            'done' => Answered::forPage(),
            'console' => $hasTabs && $seen->has('console') ? ClientConsole::url($seen->whmcs->serviceId()) : '',
            'buttons' => $hasTabs ? ClientActions::head($seen->shown) : ['bar' => [], 'menu' => []],
            'tabs' => $hasTabs ? Tabs::links($seen) : [],
            'open' => $open,
            'tab' => $hasTabs ? $tab::of($seen) : [],
            'text' => self::texts(),
            'translated' => self::translated(),
            'names' => OptionNames::html(),
        ];
    }

    /** @return array<string, mixed> what changes while somebody looks at the page */
    public static function view(Seen $seen): array
    {
        $view = ClientView::of($seen);

        return match ($view['pane']) {
            'tabs' => self::withTab($view, Tabs::live($seen)),
            'setup' => ['setup' => Setup::of($seen)],
            'delayed', 'suspended' => ['halt' => Halt::of($seen)],
            default => [],
        } + $view;
    }

    /**
     * What a tab is asked may end what was over: its version is the newer one.
     *
     * @param array<string, mixed> $view
     * @param array<string, mixed> $tab
     * @return array<string, mixed>
     */
    private static function withTab(array $view, array $tab): array
    {
        return ['tab' => $tab, 'version' => $tab['version'] ?? $view['version']];
    }

    /** @return array<string, string> */
    private static function texts(): array
    {
        return ['seconds' => Lang::text('time_seconds'), 'minutes' => Lang::text('time_minutes')]
            + Lang::named('client_', self::TEXTS);
    }

    /** Until a native reader has signed a language, its readers know who has written it. */
    private static function translated(): string
    {
        $isSigned = !Language::isReadByNobody(Language::ofVisitor());

        return $isSigned ? '' : Lang::text('client_machine_translated');
    }
}
