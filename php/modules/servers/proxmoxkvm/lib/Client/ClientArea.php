<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\Renewal;
use WHMCS\Module\Server\Proxmoxkvm\Service\Rescue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** The client's page of a service: at first from the store alone; its script then fetches what Proxmox VE shows, as JSON. */
final class ClientArea
{
    /**
     * It replaces WHMCS's own overview of the service, all of which it shows too.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    public static function page(array $params): array
    {
        try {
            $frame = Frame::of(Seen::stored($params));
        } catch (Throwable $error) {
            self::note('page', $error);
            $frame = Frame::of(Seen::nothing());
        }

        return [
            'tabOverviewReplacementTemplate' => Frame::TEMPLATES . '/page.tpl',
            'templateVariables' => ['proxmoxkvm' => $frame],
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

            return ['ok' => true, 'message' => '', 'view' => Frame::view(Seen::live($params))];
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
            $reply = Renewal::perform($action, new Params($params), 'client', ActionInputs::of($action, $post));
            $view = ['refresh' => ClientView::SOON] + self::seen($params);

            // What has to be done about a change soon is heard with what came of it.
            $message = Rescue::told(ClientActions::done($action, $reply), $reply)
                . rtrim(' ' . ($view['tab']['waiting'] ?? ''));

            return ['ok' => true, 'message' => $message, 'view' => $view];
        } catch (Throwable $error) {
            self::note('action', $error);
            // Whoever may not even ask learns nothing about the service, and for who asks too often nobody looks at it.
            $isSeen = !$error instanceof Refused && !Problem::isTooSoon($error);
            $view = $isSeen ? self::seen($params) : ClientView::unknown();

            return ['ok' => false, 'message' => Problem::forClient($error), 'view' => $view];
        }
    }

    /**
     * What is seen after a button. What came of the button is true also where nothing can be seen.
     *
     * @param array<string, mixed> $params
     * @return array<string, mixed>
     */
    private static function seen(array $params): array
    {
        try {
            return Frame::view(Seen::live($params));
        } catch (Throwable $error) {
            self::note('view', $error);

            return ClientView::unknown();
        }
    }

    /** The client is told little: the hoster finds the rest in the module log. What the core said is there already. */
    private static function note(string $what, Throwable $error): void
    {
        if (!$error instanceof CoreError && !$error instanceof Unavailable && !$error instanceof Refused) {
            Problem::log("client $what", [], $error);
        }
    }
}
