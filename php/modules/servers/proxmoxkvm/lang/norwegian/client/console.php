<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Konsoll',
    'console_connecting' => 'Kobler til …',
    'console_open' => 'Tilkoblet.',
    'console_look_only' => 'Tilkoblet. Du kan se, men ikke skrive.',
    'console_lost' => 'Forbindelsen er brutt.',
    'console_again' => 'Det prøves igjen.',
    'console_buffered' => 'Kobler til på en annen måte …',
    'console_files' => 'Filer til konsollen mangler eller passer ikke til denne nettleseren. Kontakt brukerstøtten vår.',
    'console_old' => 'Denne siden er for gammel, eller du er logget ut. Last den inn på nytt.',
    'console_foreign' => 'Noe underveis svarer i stedet for konsollen (status {status}). Si fra til brukerstøtten vår.',
    'console_confirm_paste' => 'Skrevet, unntatt {letters}: dette tastaturet har ingen taster for dem.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Lim inn',
    'console_keyboard' => 'Tastatur',
    'console_scale' => 'Tilpass',
    'console_full' => 'Fullskjerm',
    'console_text' => 'Tekstterminal',
    'console_reconnect' => 'Koble til igjen',
    'console_power' => 'Av og på',
    'console_no_script' => 'Konsollen krever JavaScript.',
    'console_paste_help' => 'Denne teksten skrives inn i den virtuelle maskinen, tast for tast:',
    'console_layout' => 'Tastaturet til systemet:',
    'console_type' => 'Skriv inn',
    'console_cancel' => 'Avbryt',
    'console_end_closed' => 'Den virtuelle maskinen har lukket skjermen sin: den ble stoppet, startet på nytt eller flyttet.',
    'console_end_left' => 'Konsollen ble lukket.',
    'console_end_idle' => 'Konsollen ble lukket fordi ingen skrev noe på en halvtime.',
    'console_end_too_long' => 'Konsollen ble lukket fordi den hadde vært åpen i åtte timer.',
    'console_end_suspended' => 'Konsollen ble lukket fordi tjenesten er sperret.',
    'console_end_gone' => 'Konsollen ble lukket fordi den virtuelle maskinen lages på nytt, rulles tilbake eller fjernes.',
    'console_end_other_owner' => 'Konsollen ble lukket fordi tjenesten ikke lenger er aktiv her.',
    'console_end_unfit' => 'Konsollen ble lukket: det som kom, var ikke til å forstå.',
];
