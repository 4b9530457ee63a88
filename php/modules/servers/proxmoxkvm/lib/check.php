<?php

/**
 * Tells whether the PHP that runs this can use the library: `php lib/check.php`, with the php and as the
 * user of WHMCS's cron. Opens no store, so it leaves no file behind that belongs to the wrong user.
 */

declare(strict_types=1);

use WHMCS\Module\Server\Proxmoxkvm\Native;
use WHMCS\Module\Server\Proxmoxkvm\Support\Forbidden;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Tools\Arguments;

if (PHP_SAPI !== 'cli') {
    die('This file cannot be accessed directly');
}

require __DIR__ . '/autoload.php';

Arguments::orExit($argv);

echo 'PHP ', PHP_VERSION, ', ', php_ini_loaded_file() ?: Lang::text('no_ini'), PHP_EOL;
try {
    echo Lang::text('library_works', ['version' => Native::version()]), PHP_EOL;
} catch (Throwable $why) {
    echo Forbidden::sentence($why), PHP_EOL;
    exit(1);
}
