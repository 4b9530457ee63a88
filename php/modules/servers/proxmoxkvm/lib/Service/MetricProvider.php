<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Service;

use Throwable;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Params;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;
use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;
use WHMCS\UsageBilling\Contracts\Metrics\ProviderInterface;
use WHMCS\UsageBilling\Metrics\Metric;
use WHMCS\UsageBilling\Metrics\Units\GigaBytes;
use WHMCS\UsageBilling\Metrics\Usage;

/** What WHMCS's usage billing can put a price on. A tenant is a service's domain. */
final class MetricProvider implements ProviderInterface
{
    private const GB = 1_000_000_000;
    private const GIB = 1 << 30;

    /** Metric => field of what a service has used, bytes of a unit, and whether it adds up in a month. */
    private const METRICS = [
        'traffic_in' => ['bytes_in', self::GB, true],
        'traffic_out' => ['bytes_out', self::GB, true],
        'disk' => ['disk_max_bytes', self::GIB, false],
        'memory' => ['memory_max_bytes', self::GIB, false],
    ];

    /** @param array<string, mixed> $params of a server; empty where WHMCS asks about a product */
    public function __construct(private array $params)
    {
    }

    /** @return list<MetricInterface> */
    public function metrics(): array
    {
        $metrics = [];
        foreach (self::METRICS as $name => [, , $adds]) {
            $metrics[] = new Metric(
                $name,
                Lang::ofSystem("metric_$name"),
                $adds ? MetricInterface::TYPE_PERIOD_MONTH : MetricInterface::TYPE_SNAPSHOT,
                new GigaBytes()
            );
        }

        return $metrics;
    }

    /** @return array<string, list<MetricInterface>> by tenant */
    public function usage(): array
    {
        $usage = [];
        try {
            foreach (Metering::ofServer((new Params($this->params))->server()) as $used) {
                $usage[(string) ($used['domain'] ?? '')] = $this->of($used);
            }
        } catch (Throwable $error) {
            Problem::log('usage_update', [], $error);
        }
        unset($usage['']);

        return $usage;
    }

    /** @return list<MetricInterface> of one tenant; without usage where nothing is known of it */
    public function tenantUsage($tenant): array
    {
        return $this->usage()[(string) $tenant] ?? $this->metrics();
    }

    /**
     * @param array<string, mixed> $used
     * @return list<MetricInterface>
     */
    private function of(array $used): array
    {
        return array_map(static function (MetricInterface $metric) use ($used): MetricInterface {
            [$field, $unit] = self::METRICS[$metric->systemName()];

            return $metric->withUsage(new Usage(round((int) ($used[$field] ?? 0) / $unit, 3)));
        }, $this->metrics());
    }
}
