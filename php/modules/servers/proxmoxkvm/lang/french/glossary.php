<?php

declare(strict_types=1);

return [
    // As it stands alone, then as it stands in sentences: every text says it, where English does.
    'vm' => ['machine virtuelle', 'machines virtuelles', 'VM'],
    'snapshot' => ['instantané'],
    'backup' => ['sauvegarde', 'sauvegarder'],
    'reboot' => ['Redémarrer'],
    'shut_down' => ['Arrêter'],
    'force_off' => ['Forcer l’arrêt'],
    'rescue' => ['Mode de secours', 'secours'],
    'rebuild' => ['Réinstaller'],

    // How it is written: its quotation marks, words that are wrong here, words that English has too.
    'quotes' => ['«', '»'],
    'forbidden' => [],
    'same' => ['Console', 'Application', 'Port', 'local', 'Suspension', 'client', 'Image', 'Note', 'Services', 'Service', 'Version', 'Protection', 'Zone', 'Actions', 'Action'],
    'except' => ['client_keys_when', 'option_backup_mode_help', 'advice_console_dark', 'option_os_choices_help', 'option_applications_help',
        'client_user_data_kind', 'client_user_data_no_keys'],
];
