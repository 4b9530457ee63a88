<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use RuntimeException;

/** The module cannot work as it is set up. The message is one sentence that says how to fix it. */
final class Unavailable extends RuntimeException
{
}
