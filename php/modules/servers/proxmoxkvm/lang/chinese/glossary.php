<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['虚拟机'],
    'snapshot' => ['快照'],
    'backup' => ['备份'],
    'reboot' => ['重启'],
    'shut_down' => ['关机'],
    'force_off' => ['强制关机'],
    'rescue' => ['救援系统', '救援'],
    'rebuild' => ['重建'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['“', '”'],
    'forbidden' => ['虚拟机器', '虛擬'],
    'same' => [],
    'except' => ['option_backup_mode_help'],
];
