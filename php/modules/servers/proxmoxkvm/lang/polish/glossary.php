<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['maszyna wirtualna', 'maszyn', 'VM'],
    'snapshot' => ['migawka', 'migaw'],
    'backup' => ['kopia zapasowa', 'kopi'],
    'reboot' => ['Uruchom ponownie'],
    'shut_down' => ['Zamknij system'],
    'force_off' => ['Wymuś wyłączenie'],
    'rescue' => ['System ratunkowy', 'ratunkow'],
    'rebuild' => ['Zainstaluj od nowa'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['„', '”'],
    'forbidden' => [],
    'same' => ['Reset', 'offline', 'login', 'Host', 'Port', 'local'],
    'except' => ['client_keys_when', 'option_backup_mode_help'],
];
