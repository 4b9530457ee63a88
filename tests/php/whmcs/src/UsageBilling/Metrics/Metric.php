<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics;

use WHMCS\UsageBilling\Contracts\Metrics\MetricInterface;

/** A metric, with or without what was used of it. */
class Metric implements MetricInterface
{
    public function __construct(
        public readonly string $name,
        public readonly string $displayName,
        public readonly string $type,
        public readonly object $units,
        public readonly ?object $usage = null
    ) {
    }

    public function systemName()
    {
        return $this->name;
    }

    public function withUsage($usage = null)
    {
        return new self($this->name, $this->displayName, $this->type, $this->units, $usage);
    }
}
