<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konsool',
    'console_connecting' => 'Ühendumine …',
    'console_open' => 'Ühendatud.',
    'console_look_only' => 'Ühendatud. Võite vaadata, kuid mitte kirjutada.',
    'console_lost' => 'Ühendus on katkenud.',
    'console_again' => 'Proovitakse uuesti.',
    'console_buffered' => 'Ühendumine teisel viisil …',
    'console_files' => 'Konsooli faile on puudu või need ei sobi sellele brauserile. Palun pöörduge meie kasutajatoe poole.',
    'console_old' => 'See leht on liiga vana või olete välja logitud. Palun laadige see uuesti.',
    'console_foreign' => 'Miski teel vastab konsooli asemel (olek {status}). Palun andke sellest meie kasutajatoele teada.',
    'console_confirm_paste' => 'Kirjutatud, välja arvatud {letters}: sellel klaviatuuril pole nende jaoks klahve.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Kleebi',
    'console_keyboard' => 'Klaviatuur',
    'console_scale' => 'Sobita',
    'console_full' => 'Täisekraan',
    'console_text' => 'Tekstiterminal',
    'console_reconnect' => 'Ühenda uuesti',
    'console_power' => 'Toide',
    'console_no_script' => 'Konsool vajab JavaScripti.',
    'console_paste_help' => 'See tekst kirjutatakse virtuaalmasinasse, klahv klahvi haaval:',
    'console_layout' => 'Selle süsteemi klaviatuur:',
    'console_type' => 'Kirjuta',
    'console_cancel' => 'Tühista',
    'console_end_closed' => 'Virtuaalmasin sulges oma ekraani: see peatati, taaskäivitati või teisaldati.',
    'console_end_left' => 'Konsool suleti.',
    'console_end_idle' => 'Konsool suleti, sest pool tundi ei kirjutanud keegi.',
    'console_end_too_long' => 'Konsool suleti, sest see oli avatud kaheksa tundi.',
    'console_end_suspended' => 'Konsool suleti, sest teenus on peatatud.',
    'console_end_gone' => 'Konsool suleti, sest virtuaalmasin luuakse uuesti, keritakse tagasi või eemaldatakse.',
    'console_end_other_owner' => 'Konsool suleti, sest teenus ei ole siin enam aktiivne.',
    'console_end_unfit' => 'Konsool suleti: saabunust ei saadud aru.',
];
