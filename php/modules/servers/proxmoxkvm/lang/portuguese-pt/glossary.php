<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['máquina virtual', 'máquinas virtuais', 'VM'],
    'snapshot' => ['snapshot', 'instantâneo'],
    'backup' => ['cópia de segurança', 'cópias de segurança', 'cópia'],
    'reboot' => ['Reiniciar'],
    'shut_down' => ['Encerrar'],
    'force_off' => ['Forçar desligar'],
    'rescue' => ['Sistema de recuperação', 'recuperação'],
    'rebuild' => ['Reinstalar'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => ['arquivo', 'senha', 'usuário', 'tela', 'baixar', 'deletar', 'você', 'registro', 'gerenci'],
    'same' => ['Snapshots', 'Snapshot', 'Gateway', 'Firewall', 'Bridge', 'login', 'local'],
    'except' => ['client_keys_when', 'option_backup_mode_help'],
];
