<?php

/**
 * Stamps texts with the hash of the English text that they were made from: php tests/lang/stamp.php german [key …]
 *
 * Without a key: those that have no stamp. A key: this text was read again after English had changed, and is right.
 * `all`: every text was.
 */

declare(strict_types=1);

use Tests\Support\Translation;

require __DIR__ . '/start.php';

$name = $argv[1] ?? '';
if (!in_array($name, Translation::names(), true) || $name === 'english') {
    fwrite(STDERR, "Use: php tests/lang/stamp.php LANGUAGE [KEY …|all]\n");
    exit(2);
}
$english = Translation::read('english')->texts();
$one = Translation::read($name);
$keys = array_slice($argv, 2);
$stamps = [];
foreach (array_keys(array_intersect_key($english, $one->texts())) as $key) {
    $isRead = in_array($key, $keys, true) || $keys === ['all'] || !isset($one->stamps[$key]);
    $stamps[$key] = $isRead ? Translation::stamp($english[$key]) : $one->stamps[$key];
}
$one->write($stamps);
echo count($stamps), ' texts, ', count(array_diff_assoc($stamps, $one->stamps)), " stamped.\n";
