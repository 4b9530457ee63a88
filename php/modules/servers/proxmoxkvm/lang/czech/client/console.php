<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konzole',
    'console_connecting' => 'Připojování …',
    'console_open' => 'Připojeno.',
    'console_look_only' => 'Připojeno. Můžete se dívat, ale ne psát.',
    'console_lost' => 'Spojení je přerušené.',
    'console_again' => 'Zkouší se to znovu.',
    'console_buffered' => 'Připojování jiným způsobem …',
    'console_files' => 'Soubory konzole chybí, nebo se nehodí k tomuto prohlížeči. Obraťte se prosím na naši podporu.',
    'console_old' => 'Tato stránka je příliš stará, nebo jste odhlášeni. Načtěte ji prosím znovu.',
    'console_foreign' => 'Místo konzole po cestě odpovídá něco jiného (stav {status}). Dejte to prosím vědět naší podpoře.',
    'console_confirm_paste' => 'Napsáno, kromě {letters}: tato klávesnice pro ně nemá klávesy.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Vložit',
    'console_keyboard' => 'Klávesnice',
    'console_scale' => 'Přizpůsobit',
    'console_full' => 'Celá obrazovka',
    'console_text' => 'Textový terminál',
    'console_reconnect' => 'Znovu připojit',
    'console_power' => 'Napájení',
    'console_no_script' => 'Konzole potřebuje JavaScript.',
    'console_paste_help' => 'Tento text se do virtuálního serveru napíše klávesu po klávese:',
    'console_layout' => 'Klávesnice jeho systému:',
    'console_type' => 'Napsat',
    'console_cancel' => 'Zrušit',
    'console_end_closed' => 'Virtuální server zavřel svou obrazovku: byl zastaven, restartován nebo přesunut.',
    'console_end_left' => 'Konzole byla zavřena.',
    'console_end_idle' => 'Konzole byla zavřena, protože půl hodiny nikdo nic nenapsal.',
    'console_end_too_long' => 'Konzole byla zavřena, protože byla otevřená osm hodin.',
    'console_end_suspended' => 'Konzole byla zavřena, protože služba je pozastavená.',
    'console_end_gone' => 'Konzole byla zavřena, protože virtuální server se znovu vytváří, vrací zpět nebo odstraňuje.',
    'console_end_other_owner' => 'Konzole byla zavřena, protože služba tu už není aktivní.',
    'console_end_unfit' => 'Konzole byla zavřena: příchozím datům nebylo možné porozumět.',
];
