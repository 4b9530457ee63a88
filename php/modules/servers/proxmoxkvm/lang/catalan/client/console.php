<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Consola',
    'console_connecting' => 'S’està connectant …',
    'console_open' => 'Connectat.',
    'console_look_only' => 'Connectat. Podeu mirar, però no escriure.',
    'console_lost' => 'S’ha perdut la connexió.',
    'console_again' => 'S’està tornant a provar.',
    'console_buffered' => 'S’està connectant d’una altra manera …',
    'console_files' => 'Falten fitxers de la consola o no serveixen per a aquest navegador. Consulteu-ho al nostre suport.',
    'console_old' => 'Aquesta pàgina és massa antiga o s’ha tancat la vostra sessió. Torneu-la a carregar.',
    'console_foreign' => 'Alguna cosa pel camí respon en lloc de la consola (estat {status}). Digueu-ho al nostre suport.',
    'console_confirm_paste' => 'S’ha escrit, excepte {letters}: aquest teclat no té tecles per a això.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Enganxa',
    'console_keyboard' => 'Teclat',
    'console_scale' => 'Ajusta',
    'console_full' => 'Pantalla completa',
    'console_text' => 'Terminal de text',
    'console_reconnect' => 'Torna a connectar',
    'console_power' => 'Engegada',
    'console_no_script' => 'La consola necessita JavaScript.',
    'console_paste_help' => 'Aquest text s’escriu a la màquina virtual, tecla per tecla:',
    'console_layout' => 'Teclat del seu sistema:',
    'console_type' => 'Escriu-ho',
    'console_cancel' => 'Cancel·la',
    'console_end_closed' => 'La màquina virtual ha tancat la pantalla: s’ha aturat, reiniciat o mogut.',
    'console_end_left' => 'S’ha tancat la consola.',
    'console_end_idle' => 'S’ha tancat la consola perquè ningú no ha escrit durant mitja hora.',
    'console_end_too_long' => 'S’ha tancat la consola perquè ha estat oberta vuit hores.',
    'console_end_suspended' => 'S’ha tancat la consola perquè el servei està suspès.',
    'console_end_gone' => 'S’ha tancat la consola perquè la màquina virtual es crea de nou, es reverteix o s’elimina.',
    'console_end_other_owner' => 'S’ha tancat la consola perquè el servei ja no és actiu aquí.',
    'console_end_unfit' => 'S’ha tancat la consola: no s’ha entès el que ha arribat.',
];
