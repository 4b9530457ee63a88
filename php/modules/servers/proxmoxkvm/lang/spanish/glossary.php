<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['máquina virtual', 'máquinas virtuales', 'VM'],
    'snapshot' => ['instantánea'],
    'backup' => ['copia de seguridad', 'copias de seguridad', 'copia'],
    'reboot' => ['Reiniciar'],
    'shut_down' => ['Apagar'],
    'force_off' => ['Forzar apagado'],
    'rescue' => ['Sistema de rescate', 'rescate'],
    'rebuild' => ['Reinstalar'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => [],
    'same' => ['Error', 'Doctor', 'local'],
    'except' => ['client_keys_when', 'option_backup_mode_help', 'client_user_data_kind'],
];
