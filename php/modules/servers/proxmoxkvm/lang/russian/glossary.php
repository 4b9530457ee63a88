<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['виртуальная машина', 'виртуальн', 'ВМ'],
    'snapshot' => ['снимок', 'снимк'],
    'backup' => ['резервная копия', 'резервн'],
    'reboot' => ['Перезагрузить'],
    'shut_down' => ['Завершить работу'],
    'force_off' => ['Жёстко выключить'],
    'rescue' => ['Аварийная система', 'аварийн'],
    'rebuild' => ['Пересоздать'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => ['снепшот', 'бэкап', 'виртуалк'],
    'same' => [],
    'except' => ['client_keys_when', 'option_backup_mode_help'],
];
