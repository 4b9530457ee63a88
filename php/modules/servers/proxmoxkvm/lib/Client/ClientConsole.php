<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Console\Holder;
use WHMCS\Module\Server\Proxmoxkvm\Console\Opener;
use WHMCS\Module\Server\Proxmoxkvm\Console\Page;
use WHMCS\Module\Server\Proxmoxkvm\Console\Power;
use WHMCS\Module\Server\Proxmoxkvm\Console\Right;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** A customer's console: its page by a link, and by the page's form the console itself. */
final class ClientConsole
{
    /**
     * @param array<string, mixed> $params
     * @return string for WHMCS, which prints it: why there is none
     */
    public static function answer(array $params): string
    {
        $whmcs = new Params($params);
        try {
            if (($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST') {
                Visitor::mustOwn($whmcs);
                self::page(Seen::stored($whmcs))->send();
            }
        } catch (Throwable $error) {
            return Text::html(Problem::forClient($error));
        }
        $id = $whmcs->serviceId();
        $opener = Opener::user($whmcs->clientId());
        $over = static fn (): ?string => Right::lost($id, $whmcs->clientId(), $opener);
        (new Holder('client', Problem::forClient(...), $over, $opener))->hold(static function () use ($whmcs): Params {
            Visitor::mayChange($whmcs, 'POST', $_POST);

            return $whmcs;
        }, $_POST);
    }

    /** Of its page, as WHMCS's own templates name theirs. */
    public static function url(int $service, bool $beside = false): string
    {
        return "clientarea.php?action=productdetails&id=$service&modop=custom&a=ClientConsole"
            . ($beside ? '&beside=1' : '');
    }

    private static function page(Seen $seen): Page
    {
        $form = ['id' => (string) $seen->whmcs->serviceId(), 'token' => Visitor::token(), 'modop' => 'custom'];
        $to = static fn (string $name): array => [
            'url' => 'clientarea.php?action=productdetails',
            'fields' => ['a' => $name, 'proxmoxkvm_json' => '1'] + $form,
        ];
        $title = ClientView::of($seen)['title'];
        $open = $to('ClientConsole');
        if (($_GET['beside'] ?? '') === '1') {
            // Of the second machine; the buttons are those of the own one.
            $open['fields']['beside'] = '1';

            return new Page(Lang::text('client_beside') . " – $title", '', $open, $to('ClientAction'), []);
        }

        return new Page($title, '', $open, $to('ClientAction'), Power::of($seen->shown['actions'] ?? []));
    }
}
