<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtuel maskine', 'virtuelle maskine'],
    'snapshot' => ['snapshot'],
    'backup' => ['backup'],
    'reboot' => ['Genstart'],
    'shut_down' => ['Luk ned'],
    'force_off' => ['Afbryd strømmen'],
    'rescue' => ['Redningssystem', 'redning'],
    'rebuild' => ['Genopbyg'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['”'],
    'forbidden' => [],
    'same' => ['Reverse DNS', 'Firewall', 'Snapshots', 'Snapshot', 'Backup', 'Gateway', 'Start', 'Disk', 'Port'],
    'except' => [],
];
