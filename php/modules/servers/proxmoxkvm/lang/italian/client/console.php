<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Console',
    'console_connecting' => 'Connessione …',
    'console_open' => 'Connessione stabilita.',
    'console_look_only' => 'Connessione stabilita. Può guardare ma non digitare.',
    'console_lost' => 'La connessione è persa.',
    'console_again' => 'Nuovo tentativo in corso.',
    'console_buffered' => 'Connessione in un altro modo …',
    'console_files' => 'I file della console mancano o non sono adatti a questo browser. Si rivolga alla nostra assistenza.',
    'console_old' => 'Questa pagina è troppo vecchia, oppure la sessione è terminata. La ricarichi.',
    'console_foreign' => 'Qualcosa lungo il percorso risponde al posto della console (stato {status}). Lo comunichi al nostro supporto.',
    'console_confirm_paste' => 'Digitato, tranne {letters}: questa tastiera non ha tasti per questi caratteri.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Incolla',
    'console_keyboard' => 'Tastiera',
    'console_scale' => 'Adatta',
    'console_full' => 'Schermo intero',
    'console_text' => 'Terminale di testo',
    'console_reconnect' => 'Riconnetti',
    'console_power' => 'Alimentazione',
    'console_no_script' => 'La console richiede JavaScript.',
    'console_paste_help' => 'Questo testo viene digitato nella macchina virtuale, tasto per tasto:',
    'console_layout' => 'Tastiera del suo sistema:',
    'console_type' => 'Digita',
    'console_cancel' => 'Annulla',
    'console_end_closed' => 'La macchina virtuale ha chiuso il suo schermo: è stata fermata, riavviata o spostata.',
    'console_end_left' => 'La console è stata chiusa.',
    'console_end_idle' => 'La console è stata chiusa perché nessuno ha digitato per mezz’ora.',
    'console_end_too_long' => 'La console è stata chiusa perché era aperta da otto ore.',
    'console_end_suspended' => 'La console è stata chiusa perché il servizio è sospeso.',
    'console_end_gone' => 'La console è stata chiusa perché la macchina virtuale viene ricreata, riportata a uno snapshot o rimossa.',
    'console_end_other_owner' => 'La console è stata chiusa perché il servizio qui non è più attivo.',
    'console_end_unfit' => 'La console è stata chiusa: i dati ricevuti non erano comprensibili.',
];
