<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Consola',
    'console_connecting' => 'A ligar …',
    'console_open' => 'Ligado.',
    'console_look_only' => 'Ligado. Pode ver, mas não escrever.',
    'console_lost' => 'A ligação perdeu-se.',
    'console_again' => 'Está a tentar-se de novo.',
    'console_buffered' => 'A ligar de outra forma …',
    'console_files' => 'Faltam ficheiros da consola ou não servem a este navegador. Por favor, fale com o nosso suporte.',
    'console_old' => 'Esta página é demasiado antiga, ou a sua sessão terminou. Por favor, recarregue-a.',
    'console_foreign' => 'Algo no caminho responde em vez da consola (estado {status}). Por favor, diga-o ao nosso suporte.',
    'console_confirm_paste' => 'Escrito, exceto {letters}: este teclado não tem essas teclas.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Colar',
    'console_keyboard' => 'Teclado',
    'console_scale' => 'Ajustar',
    'console_full' => 'Ecrã inteiro',
    'console_text' => 'Terminal de texto',
    'console_reconnect' => 'Ligar de novo',
    'console_power' => 'Energia',
    'console_no_script' => 'A consola precisa de JavaScript.',
    'console_paste_help' => 'Este texto é escrito na máquina virtual, tecla a tecla:',
    'console_layout' => 'Teclado do seu sistema:',
    'console_type' => 'Escrever',
    'console_cancel' => 'Cancelar',
    'console_end_closed' => 'A máquina virtual fechou o seu ecrã: foi parada, reiniciada ou movida.',
    'console_end_left' => 'A consola foi fechada.',
    'console_end_idle' => 'A consola foi fechada porque ninguém escreveu durante meia hora.',
    'console_end_too_long' => 'A consola foi fechada porque esteve aberta oito horas.',
    'console_end_suspended' => 'A consola foi fechada porque o serviço está suspenso.',
    'console_end_gone' => 'A consola foi fechada porque a máquina virtual é criada de novo, volta a um snapshot ou é removida.',
    'console_end_other_owner' => 'A consola foi fechada porque o serviço já não está ativo aqui.',
    'console_end_unfit' => 'A consola foi fechada: o que chegou não se entendia.',
];
