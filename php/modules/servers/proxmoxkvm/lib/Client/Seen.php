<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Client;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Core\CoreError;
use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Services;

/** One look at a service for its client: what WHMCS says of it, and what the core shows. Every tab is drawn from this. */
final class Seen
{
    /** So many entries of the activity log. */
    private const ACTIVITY = 5;

    /** @param array<string, mixed> $shown the core's answer; empty where it has none */
    private function __construct(
        public readonly Params $whmcs,
        public readonly string $status,
        public readonly array $shown,
        public readonly string $state
    ) {
    }

    /**
     * From the store alone: the page itself waits for nobody.
     *
     * @param array<string, mixed>|Params $params
     */
    public static function stored(array|Params $params): self
    {
        $whmcs = $params instanceof Params ? $params : new Params($params);

        $more = static fn (): array => ['package' => $whmcs->package()] + AskedTab::stored($whmcs->serviceId());

        return self::at($whmcs, $more);
    }

    /**
     * With one question to Proxmox VE.
     *
     * @param array<string, mixed> $params
     */
    public static function live(array $params): self
    {
        $whmcs = new Params($params);

        return self::at($whmcs, static function () use ($whmcs): array {
            try {
                return $whmcs->serverId() > 0 ? ['server' => $whmcs->server()] + AskedTab::live() : [];
            } catch (Throwable $error) {
                Problem::log('show', [], $error);

                return [];
            }
        });
    }

    /** Nobody knows anything, and the page says so. */
    public static function nothing(): self
    {
        return new self(new Params([]), '', [], 'unknown');
    }

    /** @return array<string, mixed> the service as the core shows it */
    public function service(): array
    {
        return $this->shown['service'] ?? [];
    }

    /** Whether the product lets its customers see something. */
    public function lets(string $permission): bool
    {
        return ($this->shown['permissions'][$permission] ?? false) === true;
    }

    /** Whether it is an action of this service's customer. */
    public function has(string $action): bool
    {
        return in_array($action, array_column($this->shown['actions'] ?? [], 'name'), true);
    }

    /** @param callable(): array<string, mixed> $more of the request to the core */
    private static function at(Params $whmcs, callable $more): self
    {
        $request = [];
        $status = '';
        try {
            $status = Services::status($whmcs->serviceId());
            $request = ['service' => $whmcs->serviceId(), 'actor' => 'client', 'whmcs_status' => $status]
                + $whmcs->identity() + self::asked($whmcs->clientId()) + $more();
            $shown = Native::call('show', $request);

            return new self($whmcs, $status, $shown, (string) ($shown['state'] ?? self::unmade($status)));
        } catch (Throwable $error) {
            if ($error instanceof CoreError && $error->reason === 'unknown_service') {
                return new self($whmcs, $status, [], self::unmade($status));
            }
            Problem::log('show', $request, $error);

            return new self($whmcs, $status, [], 'unknown');
        }
    }

    /**
     * What the core finds when it looks for a tab: nothing that is secret is sent for it.
     *
     * @return array<string, mixed>
     */
    public function looked(string $verb): array
    {
        return Native::call($verb, [
            'service' => $this->whmcs->serviceId(),
            'server' => $this->whmcs->server(),
            'package' => $this->whmcs->package(),
            'actor' => 'client',
        ] + $this->whmcs->identity());
    }

    /** @return array<string, mixed> what every tab may need; of the activity, what is being done at this moment */
    private static function asked(int $client): array
    {
        return ['by' => ['id' => $client], 'activity' => self::ACTIVITY, 'traffic' => true]
            + ['utc_offset_s' => (int) date('Z')];
    }

    /** The state of a service that the core does not know: it waits to be made, or is over. */
    private static function unmade(string $statusInWhmcs): string
    {
        return match ($statusInWhmcs) {
            'Terminated', 'Cancelled', 'Fraud' => 'gone',
            'Suspended' => 'suspended',
            default => 'waiting',
        };
    }
}
