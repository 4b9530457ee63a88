<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtuaalmasin', 'VM'],
    'snapshot' => ['hetktõmmis'],
    'backup' => ['varukoopia', 'varundus', 'varunda'],
    'reboot' => ['Taaskäivita'],
    'shut_down' => ['Lülita välja'],
    'force_off' => ['Sundväljalülitus'],
    'rescue' => ['Päästesüsteem', 'pääste'],
    'rebuild' => ['Ehita uuesti'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['„', '”'],
    'forbidden' => [],
    'same' => [],
    'except' => ['client_keys_when'],
];
