<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Console',
    'console_connecting' => 'Conectando …',
    'console_open' => 'Conectado.',
    'console_look_only' => 'Conectado. Você pode ver, mas não digitar.',
    'console_lost' => 'A conexão foi perdida.',
    'console_again' => 'Uma nova tentativa está em curso.',
    'console_buffered' => 'Conectando de outra forma …',
    'console_files' => 'Faltam arquivos do console, ou eles não servem para este navegador. Fale com o nosso suporte.',
    'console_old' => 'Esta página é antiga demais, ou sua sessão terminou. Recarregue-a.',
    'console_foreign' => 'Algo no caminho responde no lugar do console (status {status}). Avise o nosso suporte.',
    'console_confirm_paste' => 'Digitado, exceto {letters}: este teclado não tem teclas para isso.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Colar',
    'console_keyboard' => 'Teclado',
    'console_scale' => 'Ajustar',
    'console_full' => 'Tela cheia',
    'console_text' => 'Terminal de texto',
    'console_reconnect' => 'Conectar de novo',
    'console_power' => 'Energia',
    'console_no_script' => 'O console precisa de JavaScript.',
    'console_paste_help' => 'Este texto é digitado na máquina virtual, tecla por tecla:',
    'console_layout' => 'Teclado do sistema dela:',
    'console_type' => 'Digitar',
    'console_cancel' => 'Cancelar',
    'console_end_closed' => 'A máquina virtual fechou sua tela: foi parada, reiniciada ou movida.',
    'console_end_left' => 'O console foi fechado.',
    'console_end_idle' => 'O console foi fechado porque ninguém digitou durante meia hora.',
    'console_end_too_long' => 'O console foi fechado porque ficou aberto por oito horas.',
    'console_end_suspended' => 'O console foi fechado porque o serviço está suspenso.',
    'console_end_gone' => 'O console foi fechado porque a máquina virtual está sendo recriada, revertida ou removida.',
    'console_end_other_owner' => 'O console foi fechado porque o serviço não está mais ativo aqui.',
    'console_end_unfit' => 'O console foi fechado: o que chegou não pôde ser entendido.',
];
