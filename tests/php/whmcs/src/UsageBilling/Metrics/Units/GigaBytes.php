<?php

declare(strict_types=1);

namespace WHMCS\UsageBilling\Metrics\Units;

/** A unit. */
class GigaBytes
{
}
