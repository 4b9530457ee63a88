<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Whmcs;

use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Support\Unavailable;

/**
 * WHMCS's `$params`, turned into the objects the core takes. No other class knows its keys.
 *
 * Any key may be missing: server-only calls bring no service, WHMCS's own tests bring nothing at all.
 */
final class Params
{
    public const OPTIONS = ModuleSettings::COUNT;

    /** @param array<string, mixed> $params */
    public function __construct(private array $params, private readonly Waited $waited = new Waited())
    {
    }

    /**
     * The same from database rows, for the cron run, where WHMCS hands out no `$params`.
     *
     * @param array<string, scalar> $configOptions
     * @param array<string, mixed>|null $order as OrderIdentity has it
     */
    public static function fromRows(
        object $service,
        object $product,
        object $server,
        array $configOptions,
        ?array $order = null
    ): self {
        $params = [
            'serviceid' => $service->id,
            'userid' => $service->userid,
            'domain' => $service->domain,
            'username' => $service->username,
            'password' => \decrypt((string) $service->password),
            'configoptions' => $configOptions,
            'order' => $order,
        ] + self::fromServer($server)->params;

        return new self($params + ModuleSettings::of($product));
    }

    /** @param array<string, scalar> $configOptions */
    public static function fromProduct(object $product, array $configOptions = []): self
    {
        return new self(['configoptions' => $configOptions] + ModuleSettings::of($product));
    }

    public static function fromServer(object $server): self
    {
        return new self([
            'serverid' => $server->id,
            'serverhostname' => $server->hostname,
            'serverip' => $server->ipaddress,
            'serverport' => $server->port,
            'serversecure' => $server->secure === 'on' || $server->secure === 1 || $server->secure === '1',
            'serverusername' => $server->username,
            'serverpassword' => \decrypt((string) $server->password),
            'serveraccesshash' => $server->accesshash,
        ]);
    }

    /** Whether WHMCS said which server: the page of a product without a server group does not. */
    public function namesServer(): bool
    {
        return $this->text('serverhostname') . $this->text('serverip') !== '';
    }

    public function productId(): int
    {
        return $this->number('pid');
    }

    public function serviceId(): int
    {
        return $this->number('serviceid');
    }

    public function serverId(): int
    {
        return $this->number('serverid');
    }

    public function clientId(): int
    {
        return $this->number('userid');
    }

    /** WHMCS's model of the service, with its service properties; null where WHMCS gives none. */
    public function model(): ?object
    {
        $model = $this->params['model'] ?? null;

        return is_object($model) ? $model : null;
    }

    /**
     * What every operation on a service sends.
     *
     * @return array<string, mixed>
     */
    public function order(string $actor): array
    {
        if ($this->number('addonId') > 0) {
            throw new Unavailable(Lang::text('no_addons'));
        }
        if ($this->serviceId() <= 0) {
            throw new Unavailable(Lang::text('no_service'));
        }
        if ($this->serverId() <= 0 && !$this->namesServer()) {
            throw new Unavailable(Lang::text('no_server'));
        }

        return [
            'service' => [
                'id' => $this->serviceId(),
                'client_id' => $this->clientId(),
                'domain' => $this->text('domain'),
                'username' => $this->text('username'),
                'password' => $this->text('password'),
            ],
            'server' => $this->server(),
            'package' => $this->package(),
            'utc_offset_s' => (int) date('Z'),
        ] + Asker::part($actor, $this->clientId()) + $this->identity();
    }

    /** @return array{order?: array<string, mixed>} whose order it is */
    public function identity(): array
    {
        return OrderIdentity::part($this->serviceId(), $this->params['order'] ?? null);
    }

    /** @return array<string, mixed> */
    public function server(): array
    {
        $hostname = Text::hostname($this->text('serverhostname'));
        $ip = $this->text('serverip');

        return [
            'id' => $this->serverId(),
            'hostname' => $hostname,
            'ip' => $ip,
            'port' => $this->text('serverport'),
            'secure' => (bool) ($this->params['serversecure'] ?? true),
            'username' => $this->text('serverusername'),
            'password' => $this->text('serverpassword'),
            'access_hash' => $this->text('serveraccesshash'),
            'assigned_ips' => Text::plain(Servers::addressLines($this->serverId(), $hostname, $ip)),
            'waited_ms' => $this->waited->milliseconds(),
        ];
    }

    /** What came with the order in a custom field. It may hold passwords. */
    public function given(OrderField $field): string
    {
        return $field->sent((array) ($this->params['customfields'] ?? []));
    }

    /** The same with another password. */
    public function withPassword(#[\SensitiveParameter] string $password): self
    {
        return new self(['password' => $password] + $this->params, $this->waited);
    }

    /** @return array{options: list<string>, config_options: object} */
    public function package(): array
    {
        $options = array_map($this->text(...), ModuleSettings::names());
        $chosen = [];
        foreach ((array) ($this->params['configoptions'] ?? []) as $name => $value) {
            $chosen[Text::plain((string) $name)] = is_scalar($value) ? Text::plain((string) $value) : '';
        }

        return ['options' => $options, 'config_options' => (object) $chosen];
    }

    private function number(string $key): int
    {
        $value = $this->params[$key] ?? 0;

        return is_numeric($value) ? (int) $value : 0;
    }

    private function text(string $key): string
    {
        $value = $this->params[$key] ?? '';

        return is_scalar($value) ? Text::plain((string) $value) : '';
    }
}
