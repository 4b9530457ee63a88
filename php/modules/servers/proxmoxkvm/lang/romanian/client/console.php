<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Consolă',
    'console_connecting' => 'Se conectează …',
    'console_open' => 'Conectat.',
    'console_look_only' => 'Conectat. Puteți privi, dar nu puteți scrie.',
    'console_lost' => 'Conexiunea s-a pierdut.',
    'console_again' => 'Se încearcă din nou.',
    'console_buffered' => 'Se conectează în alt mod …',
    'console_files' => 'Fișiere ale consolei lipsesc sau nu se potrivesc cu acest browser. Vă rugăm să contactați asistența noastră.',
    'console_old' => 'Această pagină este prea veche sau nu mai sunteți autentificat. Vă rugăm să o reîncărcați.',
    'console_foreign' => 'Ceva de pe traseu răspunde în locul consolei (stare {status}). Vă rugăm să anunțați asistența noastră.',
    'console_confirm_paste' => 'Scris, cu excepția {letters}: această tastatură nu are taste pentru ele.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Lipește',
    'console_keyboard' => 'Tastatură',
    'console_scale' => 'Potrivește',
    'console_full' => 'Ecran complet',
    'console_text' => 'Terminal text',
    'console_reconnect' => 'Reconectare',
    'console_power' => 'Alimentare',
    'console_no_script' => 'Consola are nevoie de JavaScript.',
    'console_paste_help' => 'Acest text este scris în mașina virtuală, tastă cu tastă:',
    'console_layout' => 'Tastatura sistemului ei:',
    'console_type' => 'Scrie textul',
    'console_cancel' => 'Anulează',
    'console_end_closed' => 'Mașina virtuală și-a închis ecranul: a fost oprită, repornită sau mutată.',
    'console_end_left' => 'Consola a fost închisă.',
    'console_end_idle' => 'Consola a fost închisă deoarece nimeni nu a scris timp de o jumătate de oră.',
    'console_end_too_long' => 'Consola a fost închisă deoarece a fost deschisă timp de opt ore.',
    'console_end_suspended' => 'Consola a fost închisă deoarece serviciul este suspendat.',
    'console_end_gone' => 'Consola a fost închisă deoarece mașina virtuală este creată din nou, readusă la un snapshot sau eliminată.',
    'console_end_other_owner' => 'Consola a fost închisă deoarece serviciul nu mai este activ aici.',
    'console_end_unfit' => 'Consola a fost închisă: datele primite nu au putut fi înțelese.',
];
