<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['máquina virtual', 'máquinas virtuais', 'VM'],
    'snapshot' => ['snapshot', 'instantâneo'],
    'backup' => ['backup', 'cópia'],
    'reboot' => ['Reiniciar'],
    'shut_down' => ['Desligar'],
    'force_off' => ['Forçar parada'],
    'rescue' => ['Sistema de recuperação', 'recuperação'],
    'rebuild' => ['Recriar'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['“', '”'],
    'forbidden' => ['ficheiro', 'palavra-passe', 'utilizador', 'ecrã', 'registo', 'planeado', 'operativo', 'telemóvel', 'consola', 'equipa ', 'separador', 'definiç', 'arranque', 'encomend', 'introduz', 'descarreg', 'partilhad', 'controlo', 'libertar', 'registad', 'anfitrião'],
    'same' => ['Backups', 'Backup', 'Console', 'Reset', 'Snapshots', 'Snapshot', 'Gateway', 'Firewall', 'Bridge', 'login', 'local', 'Endpoints', 'Endpoint', 'Host'],
    'except' => ['client_keys_when', 'option_backup_mode_help'],
];
