<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['віртуальна машина', 'віртуальн', 'ВМ'],
    'snapshot' => ['знімок', 'знімк'],
    'backup' => ['резервна копія', 'резервн'],
    'reboot' => ['Перезавантажити'],
    'shut_down' => ['Завершити роботу'],
    'force_off' => ['Жорстко вимкнути'],
    'rescue' => ['Аварійна система', 'аварійн'],
    'rebuild' => ['Створити заново'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => ['снепшот', 'бекап', 'перезагруз'],
    'same' => [],
    'except' => ['option_backup_mode_help'],
];
