<?php

/** Where bin/options.php was: crontabs and notes of hosters name this path. */

declare(strict_types=1);

require __DIR__ . '/bin/options.php';
