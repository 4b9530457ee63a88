<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

use RuntimeException;

/** The visitor of a client page may not do this. The message is a sentence for that visitor. */
final class Refused extends RuntimeException
{
}
