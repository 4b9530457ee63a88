<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtuele machine', 'VM'],
    'snapshot' => ['snapshot', 'momentopname'],
    'backup' => ['back-up'],
    'reboot' => ['Herstarten'],
    'shut_down' => ['Afsluiten'],
    'force_off' => ['Hard uitzetten'],
    'rescue' => ['Herstelsysteem', 'herstelsysteem', 'herstelmodus'],
    'rebuild' => ['Opnieuw opbouwen'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['“', '”'],
    'forbidden' => [],
    'same' => ['Reverse DNS', 'Snapshots', 'Snapshot', 'Gateway', 'Console', 'Reset', 'Start', 'Servers', 'Server', 'Host', 'Firewall', 'Bridge', 'offline', 'Router', 'Type', 'Stop', 'Week', 'Image', 'Product', 'Resolvers', 'Nodes', 'Node', 'Zone', 'local', 'Protocol', 'Provider'],
    'except' => ['option_backup_mode_help'],
];
