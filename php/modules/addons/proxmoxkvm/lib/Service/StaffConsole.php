<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Access;
use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Server\Proxmoxkvm\Console\Holder;
use WHMCS\Module\Server\Proxmoxkvm\Console\Opener;
use WHMCS\Module\Server\Proxmoxkvm\Console\Page;
use WHMCS\Module\Server\Proxmoxkvm\Console\Power;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Support\Json;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Refused;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** A console for staff: the customer's page in the addon's place. Who may only look sees the screen, and types nothing. */
final class StaffConsole
{
    public const PAGE = 'console';

    private const ACTOR = 'admin';

    private int $service;

    public function __construct(private Request $request)
    {
        $this->service = $request->askedNumber('id');
    }

    public function answer(): never
    {
        if (!$this->request->isPost()) {
            $this->page()->send();
        }
        $action = $this->request->sent('do');
        if ($action !== '') {
            Json::send($this->act($action));
        }
        $opener = Opener::admin();
        $over = static fn (): ?string => Opener::stays($opener, 0) ? null : 'not_allowed';
        $holder = new Holder(self::ACTOR, self::sentence(...), $over, $opener);
        $holder->hold(function (): Params {
            Access::mustBeOurs($this->request);

            return Orders::paramsOf($this->service);
        }, $this->request->form(), Access::mayOnlyLook($this->request));
    }

    private function page(): Page
    {
        $shown = [];
        try {
            $shown = Native::call('show', ['service' => $this->service, 'actor' => self::ACTOR]);
        } catch (Throwable $error) {
            Problem::log('console', [], $error);
        }
        $service = $shown['service'] ?? [];
        $isLooking = Access::mayOnlyLook($this->request);
        $isBeside = $this->request->asked('beside') === '1';
        $form = [
            'url' => $this->request->link(self::PAGE, ['id' => $this->service]),
            'fields' => ['token' => Visitor::token()] + ($isBeside ? ['beside' => '1'] : []),
        ];
        $title = (string) ($service['domain'] ?? $service['name'] ?? "#$this->service");

        return new Page(
            $isBeside ? Lang::text('client_beside') . " – $title" : $title,
            '../',
            $form + ['lookOnly' => $isLooking],
            $form,
            $isLooking || $isBeside ? [] : Power::of($shown['actions'] ?? [])
        );
    }

    /** @return array{ok: bool, message: string} */
    private function act(string $action): array
    {
        try {
            Access::mayChange($this->request);
            if (!in_array($action, array_column(Power::of(Native::catalogue('actions')), 'name'), true)) {
                throw new Refused(Lang::text('addon_no_action'));
            }
            $more = ActionInputs::of($action, $this->request->form());
            Entry::perform($action, Orders::paramsOf($this->service), self::ACTOR, $more);
        } catch (Throwable $error) {
            return ['ok' => false, 'message' => self::sentence($error)];
        }

        return ['ok' => true, 'message' => Lang::word("action_{$action}_done", $action)];
    }

    private static function sentence(Throwable $error): string
    {
        return $error instanceof Refused ? $error->getMessage() : Text::plain(Problem::html($error, []));
    }
}
