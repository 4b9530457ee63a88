<?php

/** Where bin/import.php was: crontabs and notes of hosters name this path. */

declare(strict_types=1);

require __DIR__ . '/bin/import.php';
