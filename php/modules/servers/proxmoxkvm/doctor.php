<?php

/** Where bin/doctor.php was: crontabs and notes of hosters name this path. */

declare(strict_types=1);

require __DIR__ . '/bin/doctor.php';
