<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtuální server', 'virtuálního serveru', 'virtuální', 'VM'],
    'snapshot' => ['snapshot', 'snímek'],
    'backup' => ['záloha', 'záloh', 'záloz'],
    'reboot' => ['Restartovat'],
    'shut_down' => ['Vypnout systém'],
    'force_off' => ['Vynutit vypnutí'],
    'rescue' => ['Záchranný systém', 'záchran'],
    'rebuild' => ['Znovu vytvořit'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['„', '“'],
    'forbidden' => ['backup'],
    'same' => ['Snapshot', 'Reset', 'Start', 'Server', 'Host', 'Disk', 'offline', 'Firewall', 'Bridge', 'Port'],
    'except' => ['option_backup_mode_help'],
];
