<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm;

use Throwable;

/** The client's page of a service: from the store alone, refreshed by a small script through JSON. */
final class ClientArea
{
    private const TEMPLATE = 'templates/clientarea.tpl';

    /** What each button calls, what is on it, and what is asked before it is sent. */
    private const BUTTONS = [
        ['ClientStart', 'client_start', null],
        ['ClientStop', 'client_stop', 'client_stop_sure'],
        ['ClientReboot', 'client_reboot', 'client_reboot_sure'],
    ];

    private const TEXTS = ['title', 'domain', 'addresses', 'username', 'password_hint', 'lost'];

    /**
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    public static function page(array $params): array
    {
        $view = self::view($params);
        try {
            $whmcs = new Params($params);
            $page = [
                'service' => $whmcs->serviceId(),
                'token' => Visitor::token(),
                'resources' => Resources::of($whmcs->package()),
            ];
        } catch (Throwable $error) {
            Problem::log('client_area', [], $error);
            $page = ['service' => 0, 'token' => '', 'resources' => []];
        }

        return [
            'tabOverviewModuleOutputTemplate' => self::TEMPLATE,
            'templateVariables' => ['proxmoxkvm' => $page + [
                'view' => $view,
                'buttons' => array_map(static fn (array $button): array => [
                    'function' => $button[0],
                    'label' => Lang::text($button[1]),
                    'sure' => $button[2] === null ? '' : Lang::text($button[2]),
                ], self::BUTTONS),
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

            return ['ok' => true, 'message' => '', 'view' => self::view($params)];
        } catch (Throwable $error) {
            self::note('status', $error);

            return ['ok' => false, 'message' => Problem::forClient($error), 'view' => ClientView::unknown()];
        }
    }

    /**
     * A button of the page.
     *
     * @param array<string, mixed> $params
     * @param array<string, mixed> $post
     * @return array{ok: bool, message: string, view: array<string, mixed>}
     */
    public static function press(string $verb, array $params, string $method, array $post): array
    {
        try {
            Visitor::mayChange(new Params($params), $method, $post);
            Entry::perform($verb, $params, 'client');

            return ['ok' => true, 'message' => Lang::text("client_done_$verb"), 'view' => self::view($params)];
        } catch (Refused $refused) {
            // Whoever may not even ask learns nothing about the service.
            return ['ok' => false, 'message' => $refused->getMessage(), 'view' => ClientView::unknown()];
        } catch (Throwable $error) {
            self::note($verb, $error);

            return ['ok' => false, 'message' => Problem::forClient($error), 'view' => self::view($params)];
        }
    }

    /** The client is told little: the hoster finds the rest in the module log. What the core said is there already. */
    private static function note(string $what, Throwable $error): void
    {
        if (!$error instanceof CoreError && !$error instanceof Unavailable && !$error instanceof Refused) {
            Problem::log("client $what", [], $error);
        }
    }

    /**
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    private static function view(array $params): array
    {
        $request = [];
        try {
            $request = ['service' => (new Params($params))->serviceId()];
            $steps = Native::call('steps', [])['steps'] ?? [];
            try {
                $service = Native::call('show', $request)['service'] ?? null;
            } catch (CoreError $error) {
                if ($error->reason !== 'unknown_service') {
                    throw $error;
                }
                $service = null;
            }

            return ClientView::of($service, $steps, Services::status($request['service']));
        } catch (Throwable $error) {
            Problem::log('show', $request, $error);

            return ClientView::unknown();
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
