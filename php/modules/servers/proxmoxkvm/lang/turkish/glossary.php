<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['sanal makine', 'VM'],
    'snapshot' => ['anlık görüntü', 'anlık görüntüsü'],
    'backup' => ['yedek', 'yedeğ'],
    'reboot' => ['Yeniden başlat'],
    'shut_down' => ['Kapat'],
    'force_off' => ['Zorla kapat'],
    'rescue' => ['Kurtarma sistemi', 'kurtarma'],
    'rebuild' => ['Yeniden oluştur'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['“', '”'],
    'forbidden' => [],
    'same' => ['Disk', 'Trafik'],
    'except' => ['option_backup_mode_help'],
];
