<?php

/** Every text of a language beside English, for a native reader: php tests/lang/page.php german > german.html */

declare(strict_types=1);

use Tests\Support\TextPage;
use Tests\Support\Translation;

require __DIR__ . '/start.php';

$name = $argv[1] ?? '';
if (!in_array($name, Translation::names(), true)) {
    fwrite(STDERR, "Use: php tests/lang/page.php LANGUAGE\n");
    exit(2);
}
echo TextPage::html(Translation::read($name), Translation::read('english'));
