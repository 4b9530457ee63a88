<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtuelle Maschine', 'virtuellen Maschine', 'virtueller Maschine', 'VM'],
    'snapshot' => ['Snapshot'],
    'backup' => ['Backup', 'Sicherung'],
    'reboot' => ['Neu starten'],
    'shut_down' => ['Herunterfahren'],
    'force_off' => ['Hart ausschalten'],
    'rescue' => ['Rettungssystem', 'Rettung'],
    'rebuild' => ['Neu aufsetzen'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['„', '“'],
    'forbidden' => [],
    'same' => ['Snapshots', 'Snapshot', 'Backups', 'Backup', 'Gateway', 'Start', 'Reset', 'Bridge', 'Firewall', 'offline', 'Domain', 'Image', 'Server', 'Version', 'Login', 'Port', 'local', 'Zone', 'Name', 'Host', 'Doctor'],
    'except' => ['client_keys_when', 'option_backup_mode_help'],
];
