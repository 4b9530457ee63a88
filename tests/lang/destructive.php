<?php

/**
 * What a language says where something may be lost, to be translated back by somebody who did not write it: without the
 * English, unless `--english` asks for it: php tests/lang/destructive.php german
 */

declare(strict_types=1);

use Tests\Support\TextPage;
use Tests\Support\Translation;

require __DIR__ . '/start.php';

$withEnglish = in_array('--english', $argv, true);
$names = array_diff(array_slice($argv, 1), ['--english']) ?: array_diff(Translation::names(), ['english']);
$english = Translation::read('english')->sentences();
foreach ($names as $name) {
    foreach (Translation::read($name)->sentences() as $key => $text) {
        if (preg_match(TextPage::DESTRUCTIVE, $key) === 1) {
            echo "$name\t$key\t$text", $withEnglish ? "\t{$english[$key]}" : '', "\n";
        }
    }
}
