<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtuell maskin', 'virtuelle maskin'],
    'snapshot' => ['øyeblikksbilde'],
    'backup' => ['sikkerhetskopi'],
    'reboot' => ['Start på nytt'],
    'shut_down' => ['Slå av'],
    'force_off' => ['Bryt strømmen'],
    'rescue' => ['Redningssystem', 'redning'],
    'rebuild' => ['Bygg på nytt'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => ['snapshot', 'backup', 'adgangskode', 'nøgle', 'ikkje'],
    'same' => ['Gateway', 'Start', 'Disk', 'Port'],
    'except' => [],
];
