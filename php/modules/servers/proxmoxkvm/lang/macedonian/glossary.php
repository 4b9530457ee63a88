<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['виртуелна машина', 'виртуелната машина', 'виртуелни машини', 'виртуелните машини', 'VM'],
    'snapshot' => ['снимка на состојба', 'снимката на состојба', 'снимки на состојба', 'снимките на состојба', 'снимка', 'снимки'],
    'backup' => ['резервна копија', 'резервната копија', 'резервни копии', 'резервните копии', 'копии', 'копија'],
    'reboot' => ['Рестартирај'],
    'shut_down' => ['Исклучи'],
    'force_off' => ['Насилно гаснење'],
    'rescue' => ['Систем за спасување', 'спасување'],
    'rebuild' => ['Изгради одново'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['„', '“'],
    'forbidden' => [],
    'same' => [],
    'except' => ['client_keys_when'],
];
