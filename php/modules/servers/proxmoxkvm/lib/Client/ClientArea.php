<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Support\Asset;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Asker;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** The client's page of a service: from the store alone, refreshed by a small script through JSON. */
final class ClientArea
{
    private const TEMPLATES = 'templates/client';

    private const TEXTS = ['title', 'power', 'cpu', 'memory', 'domain', 'addresses', 'username', 'lost', 'activity'];

    /**
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    public static function page(array $params): array
    {
        $page = ['service' => 0, 'token' => '', 'resources' => []];
        $package = null;
        try {
            $whmcs = new Params($params);
            $package = $whmcs->package();
            $page = ['service' => $whmcs->serviceId(), 'token' => Visitor::token()] + $page;
            $page['resources'] = Resources::of($package);
        } catch (Throwable $error) {
            Problem::log('client_area', [], $error);
        }
        [$view, $shown] = ClientLook::at($params, $package === null ? [] : ['package' => $package]);
        if ($view['state'] === 'ready') {
            // Nobody has asked Proxmox VE yet: green would say that it runs.
            $view['colour'] = 'default';
        }

        $hasGraphs = isset($shown['service']) && ($shown['permissions']['graphs'] ?? false) === true;

        return [
            'tabOverviewModuleOutputTemplate' => self::TEMPLATES . '/page.tpl',
            'templateVariables' => ['proxmoxkvm' => $page + [
                // Whole, so that it is found from wherever WHMCS reads the page.
                'templates' => dirname(__DIR__, 2) . '/' . self::TEMPLATES,
                'assets' => [
                    'style' => Asset::url('client.css'),
                    'scripts' => array_map(Asset::url(...), ['client.js', ...($hasGraphs ? ['graphs.js'] : [])]),
                ],
                'view' => $view,
                'nonce' => Asker::nonce(),
                'password' => ClientPassword::forPage($shown),
                'buttons' => ClientActions::buttons($shown),
                'reverse' => ClientReverse::forPage($shown),
                'graphs' => $hasGraphs ? ClientGraphs::forPage() : null,
                'text' => self::texts(),
            ]],
        ];
    }

    /**
     * The refresh of the page.
     *
     * @param array<string, mixed> $params
     * @return array{ok: bool, message: string, view: array<string, mixed>}
     */
    public static function status(array $params): array
    {
        try {
            Visitor::mustOwn(new Params($params));

            return ['ok' => true, 'message' => '', 'view' => ClientLook::live($params)];
        } catch (Throwable $error) {
            self::note('status', $error);

            return ['ok' => false, 'message' => Problem::forClient($error), 'view' => ClientView::unknown()];
        }
    }

    /**
     * A button of the page: an action, asked for as what it is called.
     *
     * @param array<string, mixed> $params
     * @param array<string, mixed> $post
     * @return array{ok: bool, message: string, view: array<string, mixed>}
     */
    public static function act(string $action, array $params, string $method, array $post): array
    {
        try {
            Visitor::mayChange(new Params($params), $method, $post);
            ClientActions::mustBeForClients($action);
            Entry::perform($action, $params, 'client', ActionInputs::of($action, $post));
            $view = ['refresh' => ClientView::SOON] + ClientLook::live($params);

            return ['ok' => true, 'message' => ClientActions::done($action), 'view' => $view];
        } catch (Throwable $error) {
            self::note('action', $error);
            // Whoever may not even ask learns nothing about the service, and for who asks too often nobody looks at it.
            $isSeen = !$error instanceof Refused && !Problem::isTooSoon($error);
            $view = $isSeen ? ClientLook::live($params) : ClientView::unknown();

            return ['ok' => false, 'message' => Problem::forClient($error), 'view' => $view];
        }
    }

    /** The client is told little: the hoster finds the rest in the module log. What the core said is there already. */
    private static function note(string $what, Throwable $error): void
    {
        if (!$error instanceof CoreError && !$error instanceof Unavailable && !$error instanceof Refused) {
            Problem::log("client $what", [], $error);
        }
    }

    /** @return array<string, string> */
    private static function texts(): array
    {
        $texts = [];
        foreach (self::TEXTS as $key) {
            $texts[$key] = Lang::text("client_$key");
        }

        return $texts;
    }
}
