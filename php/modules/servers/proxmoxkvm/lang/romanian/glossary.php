<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['mașină virtuală', 'mașina virtuală', 'mașinii virtuale', 'mașini virtuale', 'mașinile virtuale', 'mașinilor virtuale', 'mașina dvs. virtuală', 'mașinii dvs. virtuale', 'mașinile dvs. virtuale', 'mașinilor dvs. virtuale'],
    'snapshot' => ['snapshot'],
    'backup' => ['backup'],
    'reboot' => ['Repornire'],
    'shut_down' => ['Oprire'],
    'force_off' => ['Oprire forțată'],
    'rescue' => ['Sistem de recuperare', 'de recuperare', 'și recuperare'],
    'rebuild' => ['Reconstruire'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['„', '”'],
    'forbidden' => [],
    'same' => ['Snapshot', 'Backup', 'Gateway', 'Reset', 'Firewall', 'Protocol', 'Port'],
    'except' => [],
];
