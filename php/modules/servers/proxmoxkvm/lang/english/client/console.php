<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Console',
    'console_connecting' => 'Connecting …',
    'console_open' => 'Connected.',
    'console_look_only' => 'Connected. You may look, and not type.',
    'console_lost' => 'The connection is lost.',
    'console_again' => 'It is tried again.',
    'console_buffered' => 'Connecting in another way …',
    'console_files' => 'Files of the console are missing or do not fit this browser. Please ask our support.',
    'console_old' => 'This page is too old, or you are logged out. Please reload it.',
    'console_foreign' => 'Something on the way answers in the place of the console (status {status}). Please tell our support.',
    'console_confirm_paste' => 'Typed, but for {letters}: this keyboard has no keys for them.',
    'console_cad' => 'Ctrl-Alt-Del',
    'console_paste' => 'Paste',
    'console_keyboard' => 'Keyboard',
    'console_scale' => 'Fit',
    'console_full' => 'Full screen',
    'console_text' => 'Text terminal',
    'console_reconnect' => 'Connect again',
    'console_power' => 'Power',
    'console_no_script' => 'The console needs JavaScript.',
    'console_paste_help' => 'This text is typed into the virtual machine, key by key:',
    'console_layout' => 'Keyboard of its system:',
    'console_type' => 'Type it',
    'console_cancel' => 'Cancel',
    'console_end_closed' => 'The virtual machine has closed its screen: it was stopped, restarted or moved.',
    'console_end_left' => 'The console was closed.',
    'console_end_idle' => 'The console was closed because nobody typed for half an hour.',
    'console_end_too_long' => 'The console was closed because it was open for eight hours.',
    'console_end_suspended' => 'The console was closed because the service is suspended.',
    'console_end_gone' => 'The console was closed because the virtual machine is made anew, rolled back or removed.',
    'console_end_other_owner' => 'The console was closed because the service is not active here any more.',
    'console_end_unfit' => 'The console was closed: what came was not to be understood.',
];
