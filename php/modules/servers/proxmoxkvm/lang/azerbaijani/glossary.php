<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtual maşın', 'VM'],
    'snapshot' => ['snapşot'],
    'backup' => ['ehtiyat nüsxə', 'nüsxə', 'nüsxələ'],
    'reboot' => ['Yenidən başlat'],
    'shut_down' => ['Söndür'],
    'force_off' => ['Məcburi söndür'],
    'rescue' => ['Xilasetmə sistemi', 'xilasetmə'],
    'rebuild' => ['Yenidən qur'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['“', '”'],
    'forbidden' => [],
    'same' => ['Disk'],
    'except' => ['client_keys_when'],
];
