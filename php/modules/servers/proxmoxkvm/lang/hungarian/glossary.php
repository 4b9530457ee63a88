<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtuális gép'],
    'snapshot' => ['pillanatkép'],
    'backup' => ['biztonsági mentés', 'mentés'],
    'reboot' => ['Újraindítás'],
    'shut_down' => ['Leállítás'],
    'force_off' => ['Kényszerleállás'],
    'rescue' => ['Mentőrendszer', 'mentő'],
    'rebuild' => ['Újraépítés'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['„', '”'],
    'forbidden' => ['snapshot', 'backup', 'jelszavad'],
    'same' => ['Reset', 'Port'],
    'except' => [],
];
