<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Consola',
    'console_connecting' => 'Conectando …',
    'console_open' => 'Conectado.',
    'console_look_only' => 'Conectado. Puede mirar, pero no escribir.',
    'console_lost' => 'Se ha perdido la conexión.',
    'console_again' => 'Se está intentando de nuevo.',
    'console_buffered' => 'Conectando de otra manera …',
    'console_files' => 'Faltan archivos de la consola o no sirven para este navegador. Consulte a nuestro equipo de soporte.',
    'console_old' => 'Esta página es demasiado antigua, o su sesión ha terminado. Recárguela.',
    'console_foreign' => 'Algo en el camino responde en lugar de la consola (estado {status}). Dígaselo a nuestro soporte.',
    'console_confirm_paste' => 'Escrito, salvo {letters}: este teclado no tiene esas teclas.',
    'console_cad' => 'Ctrl-Alt-Supr',
    'console_paste' => 'Pegar',
    'console_keyboard' => 'Teclado',
    'console_scale' => 'Ajustar',
    'console_full' => 'Pantalla completa',
    'console_text' => 'Terminal de texto',
    'console_reconnect' => 'Conectar de nuevo',
    'console_power' => 'Energía',
    'console_no_script' => 'La consola necesita JavaScript.',
    'console_paste_help' => 'Este texto se escribe en la máquina virtual, tecla a tecla:',
    'console_layout' => 'Teclado de su sistema:',
    'console_type' => 'Escribir',
    'console_cancel' => 'Cancelar',
    'console_end_closed' => 'La máquina virtual ha cerrado su pantalla: se detuvo, se reinició o se movió.',
    'console_end_left' => 'La consola se ha cerrado.',
    'console_end_idle' => 'La consola se ha cerrado porque nadie ha escrito durante media hora.',
    'console_end_too_long' => 'La consola se ha cerrado porque estuvo abierta ocho horas.',
    'console_end_suspended' => 'La consola se ha cerrado porque el servicio está suspendido.',
    'console_end_gone' => 'La consola se ha cerrado porque la máquina virtual se crea de nuevo, vuelve a una instantánea o se elimina.',
    'console_end_other_owner' => 'La consola se ha cerrado porque el servicio ya no está activo aquí.',
    'console_end_unfit' => 'La consola se ha cerrado: lo que llegó no se entendía.',
];
