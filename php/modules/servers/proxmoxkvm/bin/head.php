<?php

/**
 * The head of every script beside it. They are for the command line alone. A script says in $takes what it takes, as
 * Arguments::orExit() has it; it gets what it was given, and WHMCS is loaded. Arguments that are not
 * wholly understood end it before that. What nobody catches becomes a sentence and exit status 2.
 *
 * No function: what WHMCS's configuration.php sets has to be global.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments;

if (PHP_SAPI !== 'cli' || !isset($takes)) {
    die('This file cannot be accessed directly');
}

require_once dirname(__DIR__) . '/lib/autoload.php';
$arguments = Arguments::orExit($argv, ...$takes);

require dirname(__DIR__, 4) . '/init.php';

return $arguments;
