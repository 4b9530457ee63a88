<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konsol',
    'console_connecting' => 'Forbinder …',
    'console_open' => 'Forbundet.',
    'console_look_only' => 'Forbundet. Du kan se, men ikke skrive.',
    'console_lost' => 'Forbindelsen er tabt.',
    'console_again' => 'Der prøves igen.',
    'console_buffered' => 'Forbinder på en anden måde …',
    'console_files' => 'Filer til konsollen mangler eller passer ikke til denne browser. Kontakt vores support.',
    'console_old' => 'Denne side er for gammel, eller du er logget ud. Genindlæs den.',
    'console_foreign' => 'Noget på vejen svarer i stedet for konsollen (status {status}). Kontakt vores support.',
    'console_confirm_paste' => 'Skrevet, undtagen {letters}: dette tastatur har ingen taster til dem.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Indsæt',
    'console_keyboard' => 'Tastatur',
    'console_scale' => 'Tilpas',
    'console_full' => 'Fuld skærm',
    'console_text' => 'Tekstterminal',
    'console_reconnect' => 'Forbind igen',
    'console_power' => 'Tænd og sluk',
    'console_no_script' => 'Konsollen kræver JavaScript.',
    'console_paste_help' => 'Denne tekst skrives i den virtuelle maskine, tast for tast:',
    'console_layout' => 'Systemets tastatur:',
    'console_type' => 'Skriv den',
    'console_cancel' => 'Annuller',
    'console_end_closed' => 'Den virtuelle maskine har lukket sin skærm: den blev stoppet, genstartet eller flyttet.',
    'console_end_left' => 'Konsollen blev lukket.',
    'console_end_idle' => 'Konsollen blev lukket, fordi ingen skrev noget i en halv time.',
    'console_end_too_long' => 'Konsollen blev lukket, fordi den havde været åben i otte timer.',
    'console_end_suspended' => 'Konsollen blev lukket, fordi tjenesten er spærret.',
    'console_end_gone' => 'Konsollen blev lukket, fordi den virtuelle maskine oprettes på ny, rulles tilbage eller fjernes.',
    'console_end_other_owner' => 'Konsollen blev lukket, fordi tjenesten ikke længere er aktiv her.',
    'console_end_unfit' => 'Konsollen blev lukket: det, der kom, var ikke til at forstå.',
];
