<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Admin;

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Locale;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\CronRuns;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Pools;

/** Everything that needs somebody: what the core finds in one look at its store, and WHMCS's cron that is late. */
final class Attention
{
    /**
     * @param list<array{text: string, page: string, query: array<string, int>}> $causes what concerns more than one
     *     service, each with the addon's page that shows it
     * @param array<string, mixed> $reply of the core: the services, and how many there are
     */
    private function __construct(
        public readonly int $total,
        public readonly array $causes,
        public readonly array $reply
    ) {
    }

    /** @param int|null $since what ran since then is counted too */
    public static function read(int $limit, int $offset = 0, ?int $since = null): self
    {
        $pools = Pools::all();
        $servers = array_map(static fn (array $pool): array => array_diff_key($pool, ['name' => 0]), $pools);
        $request = ['servers' => $servers, 'limit' => $limit, 'offset' => $offset];
        $reply = Native::call('attention', $request + ($since === null ? [] : ['ran_since' => $since]));
        $names = array_column($pools, 'name', 'id');
        $cron = self::cron();
        $causes = [
            ...$cron,
            ...array_map(static fn (array $one): array => self::silent($one, $names), $reply['silent'] ?? []),
            ...array_map(static fn (array $one): array => self::pool($one, $names), $reply['pools'] ?? []),
            ...array_map(self::zone(...), $reply['zones'] ?? []),
        ];

        return new self((int) ($reply['total'] ?? 0) + count($cron), $causes, $reply);
    }

    /** @return list<array{text: string, page: string, query: array<string, int>}> a line for each: causes, services, builds */
    public function all(): array
    {
        return [
            ...$this->causes,
            ...array_map($this->service(...), $this->reply['services'] ?? []),
            ...array_map(self::slow(...), $this->reply['slow'] ?? []),
        ];
    }

    /**
     * @param array<string, mixed> $service
     * @return array{text: string, page: string, query: array<string, int>}
     */
    private function service(array $service): array
    {
        $id = (int) ($service['id'] ?? 0);
        $why = $service['error']['message'] ?? $this->reply['dns_troubles'][$id][0]['message']
            ?? $this->reply['undelivered'][$id][0]['message'] ?? '';

        return self::cause("#$id: $why", 'service', ['id' => $id]);
    }

    /**
     * @param array<string, mixed> $build that takes much longer than usual
     * @return array{text: string, page: string, query: array<string, int>}
     */
    private static function slow(array $build): array
    {
        $text = Lang::text('attention_slow_one', [
            'id' => (string) $build['id'],
            'taken' => Locale::duration((float) $build['elapsed_s']),
            'usual' => Locale::duration((float) $build['usual_s']),
        ]);

        return self::cause($text, 'service', ['id' => (int) $build['id']]);
    }

    /** @return list<array{text: string, page: string, query: array<string, int>}> */
    private static function cron(): array
    {
        $last = CronRuns::last();
        if ($last !== null && !CronRuns::isLate($last)) {
            return [];
        }
        $text = $last === null
            ? Lang::text('addon_cron_never')
            : Lang::text('addon_cron_late', ['time' => Text::time($last)]);

        return [self::cause($text, 'doctor')];
    }

    /**
     * @param array<string, mixed> $silent
     * @param array<int, string> $names
     * @return array{text: string, page: string, query: array<string, int>}
     */
    private static function silent(array $silent, array $names): array
    {
        return self::cause(Lang::text('attention_silent', ['server' => self::name($silent, $names)]), 'servers');
    }

    /**
     * @param array<string, mixed> $pool
     * @param array<int, string> $names
     * @return array{text: string, page: string, query: array<string, int>}
     */
    private static function pool(array $pool, array $names): array
    {
        $values = ['server' => self::name($pool, $names), 'family' => (string) $pool['family'],
            'free' => (string) $pool['free'], 'total' => (string) $pool['total']];

        return self::cause(Lang::text('attention_pool', $values), 'pools', ['server' => (int) $pool['server']]);
    }

    /**
     * @param array<string, mixed> $zone
     * @return array{text: string, page: string, query: array<string, int>}
     */
    private static function zone(array $zone): array
    {
        $values = ['n' => (string) $zone['services'], 'why' => (string) $zone['message']];

        return self::cause(Lang::text('attention_zone', $values), 'zones');
    }

    /**
     * @param array<string, int> $query
     * @return array{text: string, page: string, query: array<string, int>}
     */
    private static function cause(string $text, string $page, array $query = []): array
    {
        return ['text' => $text, 'page' => $page, 'query' => $query];
    }

    /**
     * @param array<string, mixed> $of
     * @param array<int, string> $names
     */
    private static function name(array $of, array $names): string
    {
        return $names[(int) $of['server']] ?? "#$of[server]";
    }
}
