<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['macchina virtuale', 'macchine virtuali', 'VM'],
    'snapshot' => ['snapshot'],
    'backup' => ['backup'],
    'reboot' => ['Riavvia'],
    'shut_down' => ['Arresta'],
    'force_off' => ['Spegni a forza'],
    'rescue' => ['Sistema rescue', 'rescue'],
    'rebuild' => ['Ricrea'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => ['istantanea', 'archivio di sicurezza'],
    'same' => ['Snapshot', 'Backup', 'Gateway', 'Console', 'Password', 'Reset', 'offline', 'Host', 'Server', 'Firewall', 'Bridge', 'Download', 'Endpoint', 'Provider', 'Cron', 'Rollback', 'local'],
    'except' => ['option_backup_mode_help'],
];
