<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['virtualni stroj', 'virtualnog stroja', 'virtualnom stroju', 'virtualnim strojem', 'virtualne strojeve', 'virtualnih strojeva', 'virtualnim strojevima'],
    'snapshot' => ['Snimka stanja', 'snimke stanja', 'snimku stanja', 'snimki stanja', 'snimkom stanja', 'snimci stanja', 'snimkama stanja'],
    'backup' => ['Sigurnosna kopija', 'sigurnosne kopije', 'sigurnosnu kopiju', 'sigurnosnih kopija', 'sigurnosnoj kopiji', 'sigurnosnim kopijama', 'kopije'],
    'reboot' => ['Ponovno pokreni'],
    'shut_down' => ['Isključi'],
    'force_off' => ['Prisilno ugasi'],
    'rescue' => ['Sustav za spašavanje', 'spašavanj'],
    'rebuild' => ['Ponovno izgradi'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['„', '”'],
    'forbidden' => ['sistem', 'šifra', 'server', 'podešavanja', 'backup', 'snapshot'],
    'same' => ['Reset', 'Disk', 'Port'],
    'except' => [],
];
