<?php

/** What machines see of the texts: php tests/lang/check.php [language …] */

declare(strict_types=1);

use Tests\Support\Translation;
use Tests\Support\TranslationCheck;

require __DIR__ . '/start.php';

$english = Translation::read('english');
$count = 0;
foreach (array_slice($argv, 1) ?: Translation::names() as $name) {
    $found = TranslationCheck::of(Translation::read($name), $english);
    // What a language does not claim to have is no fault, and told to whoever asks for this language.
    $toCome = array_intersect_key($found, ['not complete' => true]);
    foreach (TranslationCheck::lines(array_diff_key($found, $toCome)) as $line) {
        echo "$name: $line\n";
        $count++;
    }
    foreach ($argc > 1 ? TranslationCheck::lines($toCome) : [] as $line) {
        echo "$name: $line\n";
    }
}
echo $count === 0 ? "All is well.\n" : "$count to be mended.\n";
exit($count === 0 ? 0 : 1);
