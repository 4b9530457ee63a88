<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Html;
use WHMCS\Module\Addon\Proxmoxkvm\Page\Outcome;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Service\ActionInputs;
use WHMCS\Module\Server\Proxmoxkvm\Service\Cron;
use WHMCS\Module\Server\Proxmoxkvm\Service\Entry;
use WHMCS\Module\Server\Proxmoxkvm\Service\Orphans;
use WHMCS\Module\Server\Proxmoxkvm\Service\Progress;
use WHMCS\Module\Server\Proxmoxkvm\Service\Renewal;
use WHMCS\Module\Server\Proxmoxkvm\Service\Rescue;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Log;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Orders;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Outbox;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Zones;

/** What the module's pages do with a service. The same verbs as WHMCS's own buttons. */
final class ServiceActions
{
    private const PAGE = 'service';
    private const ACTOR = 'admin';

    public function __construct(private int $service)
    {
    }

    /** What the cron would do next, now. */
    public function retry(string $page): Outcome
    {
        $reply = Cron::retry($this->service);
        $seen = array_column($reply['services'] ?? [], null, 'id')[$this->service] ?? null;
        if ($seen === null) {
            return $this->bad('addon_retry_busy', [], $page);
        }
        if (is_array($seen['error'] ?? null)) {
            return $this->bad('addon_retry_error', ['why' => (string) ($seen['error']['message'] ?? '')], $page);
        }

        return $this->good('addon_retry_done', ['status' => Progress::words((string) ($seen['status'] ?? ''))], $page);
    }

    /** What did not arrive in WHMCS or at the client, once more. */
    public function deliver(string $page): Outcome
    {
        $entries = Native::call('deliver_again', ['service' => $this->service])['outbox'] ?? [];
        if ($entries === []) {
            return $this->bad('addon_nothing_to_deliver', [], $page);
        }
        $why = Outbox::deliver($entries);

        return $why === null
            ? $this->good('addon_delivered', [], $page)
            : $this->bad('addon_not_delivered', ['why' => $why], $page);
    }

    /** What was given up can never arrive, as a client's mail address that is none: nobody is told of it any more. */
    public function dropUndelivered(string $page): Outcome
    {
        Native::call('deliver_again', ['service' => $this->service, 'forget' => true]);

        return $this->good('addon_dropped', [], $page);
    }

    /**
     * Any action of the core's table.
     *
     * @param array<string, mixed> $form
     */
    public function act(string $action, array $form, string $page): Outcome
    {
        // The library can be asked for much more: what is WHMCS's own, such as Terminate, is done by WHMCS.
        if (!in_array($action, array_column(Native::catalogue('actions'), 'name'), true)) {
            return Outcome::noSuchButton($page);
        }
        $params = Orders::paramsOf($this->service);
        try {
            $reply = Renewal::perform($action, $params, self::ACTOR, ActionInputs::of($action, $form));
        } catch (Throwable $error) {
            $asked = $params->order(self::ACTOR) + ['zones' => Zones::all()];

            return Outcome::failure($error, $page, $this->query($page), $asked);
        }
        // Of some it says more than that it is done: of Reinstall, only the beginning is.
        $text = Lang::has("done_$action") ? "done_$action" : 'addon_action_done';
        $done = $this->good($text, ['action' => Progress::words($action)], $page);
        $told = Html::text(Rescue::told('', $reply));

        return $told === '' ? $done : Outcome::good($told, $page, $this->query($page));
    }

    /** @param string $typed the VMID, as a sign that the loss of its disks is meant */
    public function redeploy(string $typed): Outcome
    {
        $vmid = (string) (Native::call('show', ['service' => $this->service])['service']['vmid'] ?? '');
        if ($vmid === '' || $typed !== $vmid) {
            return $this->bad($vmid === '' ? 'addon_redeploy_none' : 'addon_redeploy_confirm', ['vmid' => $vmid]);
        }
        $params = Orders::paramsOf($this->service);
        $stopped = true;
        try {
            Entry::perform('stop', $params, self::ACTOR);
        } catch (CoreError $refused) {
            if ($refused->reason !== 'already_stopped') {
                return Outcome::failure($refused, self::PAGE, ['id' => $this->service], $params->order(self::ACTOR));
            }
            $stopped = false;
        }
        try {
            Entry::perform('reinstall', $params, self::ACTOR);
        } catch (Throwable $error) {
            $why = Problem::html($error, $params->order(self::ACTOR));

            return Outcome::bad(
                ($stopped ? Html::lang('addon_redeploy_half') . ' ' : '') . $why,
                self::PAGE,
                ['id' => $this->service]
            );
        }

        return $this->good('done_reinstall');
    }

    public function attach(string $typed): Outcome
    {
        $params = Orders::paramsOf($this->service);
        try {
            Entry::perform('attach', $params, self::ACTOR, ['vmid' => $typed]);
        } catch (Throwable $error) {
            return Outcome::failure($error, self::PAGE, ['id' => $this->service], $params->order(self::ACTOR));
        }

        return $this->good('attach_done', ['vmid' => $typed]);
    }

    /** WHMCS has moved the service to another client, with its VM. */
    public function confirmOwner(): Outcome
    {
        $params = Orders::paramsOf($this->service);
        try {
            Entry::perform('confirm', $params, self::ACTOR);
        } catch (Throwable $error) {
            return Outcome::failure($error, self::PAGE, ['id' => $this->service], $params->order(self::ACTOR));
        }

        return $this->good('addon_confirm_owner_done');
    }

    /** WHMCS no longer has the service, and its VM is gone. */
    public function forget(): Outcome
    {
        try {
            Orphans::forget($this->service);
        } catch (Throwable $error) {
            return Outcome::failure($error, self::PAGE, ['id' => $this->service], []);
        }

        return Outcome::good(
            Html::lang('orphan_forgotten', ['service' => (string) $this->service]),
            self::PAGE,
            ['id' => $this->service]
        );
    }

    /** @param array<string, string> $values */
    private function good(string $text, array $values = [], string $page = self::PAGE): Outcome
    {
        $done = Lang::text($text, $values + ['service' => (string) $this->service]);
        Log::activity($done);

        return Outcome::good(Html::text($done), $page, $this->query($page));
    }

    /** @param array<string, string> $values */
    private function bad(string $text, array $values = [], string $page = self::PAGE): Outcome
    {
        $why = Html::lang($text, $values + ['service' => (string) $this->service]);

        return Outcome::bad($why, $page, $this->query($page));
    }

    /** @return array<string, int> */
    private function query(string $page): array
    {
        return $page === self::PAGE ? ['id' => $this->service] : [];
    }
}
