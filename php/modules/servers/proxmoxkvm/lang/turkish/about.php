<?php

declare(strict_types=1);

return [
    'tag' => 'tr',
    'name' => 'Türkçe',
    'rtl' => false,
    'script' => 'Latin',
    // Where PHP has no intl: decimal sign, what parts thousands, what stands before a percent sign.
    'signs' => [',', '.', ''],
    // The parts that have every text of English: others fall back, key by key.
    'complete' => ['client', 'staff'],
    // Machine translated: no native reader has read it yet. Who has signs here, with name and date.
    'read_by' => '',
];
