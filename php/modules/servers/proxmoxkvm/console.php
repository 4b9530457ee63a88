<?php

/**
 * The small requests of an open console: what was typed, and, where an answer is kept back on its way, what is to be
 * seen. They go on to the worker that has the console, and load no WHMCS.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Console\Visit;

require __DIR__ . '/lib/autoload.php';

Visit::answer();
