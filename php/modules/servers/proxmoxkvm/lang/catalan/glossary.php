<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['màquina virtual', 'màquines virtuals', 'VM'],
    'snapshot' => ['instantània', 'instantànies'],
    'backup' => ['còpia de seguretat', 'còpies de seguretat', 'còpia', 'còpies'],
    'reboot' => ['Reinicia'],
    'shut_down' => ['Apaga'],
    'force_off' => ['Força l’aturada'],
    'rescue' => ['Sistema de rescat', 'rescat'],
    'rebuild' => ['Reconstrueix'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => [],
    'same' => ['Protocol'],
    'except' => ['client_keys_when'],
];
