<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Contracts\Metrics;

/** Who tells WHMCS's usage billing what was used. */
interface ProviderInterface
{
    public function metrics();

    public function usage();

    public function tenantUsage($tenant);
}
