<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics;

/** How much was used. */
class Usage
{
    public function __construct(public readonly int|float $value)
    {
    }
}
