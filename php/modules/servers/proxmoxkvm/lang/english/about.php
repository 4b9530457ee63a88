<?php

declare(strict_types=1);

return [
    'tag' => 'en',
    'name' => 'English',
    'rtl' => false,
    'script' => 'Latin',
    // Where PHP has no intl: decimal sign, what parts thousands, what stands before a percent sign.
    'signs' => ['.', ',', ''],
    // The parts that have every text of English: others fall back, key by key.
    'complete' => ['client', 'staff'],
];
