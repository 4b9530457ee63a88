<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtuell maskin', 'virtuella maskin'],
    'snapshot' => ['ögonblicksbild'],
    'backup' => ['säkerhetskopia', 'säkerhetskopian', 'säkerhetskopior', 'säkerhetskopiering'],
    'reboot' => ['Starta om'],
    'shut_down' => ['Stäng av'],
    'force_off' => ['Bryt strömmen'],
    'rescue' => ['Räddningssystem', 'räddning'],
    'rebuild' => ['Bygg om'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['”'],
    'forbidden' => ['snapshot', 'backup'],
    'same' => ['Gateway', 'Disk', 'Start', 'Port'],
    'except' => [],
];
