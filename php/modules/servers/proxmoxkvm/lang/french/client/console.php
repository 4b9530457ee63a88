<?php

declare(strict_types=1);

return [
    // The console.
    'console_title' => 'Console',
    'console_connecting' => 'Connexion …',
    'console_open' => 'Connecté.',
    'console_look_only' => 'Connecté. Vous pouvez regarder, mais pas taper.',
    'console_lost' => 'La connexion est perdue.',
    'console_again' => 'Nouvelle tentative en cours.',
    'console_buffered' => 'Connexion par une autre voie …',
    'console_files' => 'Des fichiers de la console manquent ou ne conviennent pas à ce navigateur. Veuillez contacter notre support.',
    'console_old' => 'Cette page est trop ancienne, ou vous êtes déconnecté. Veuillez la recharger.',
    'console_foreign' => 'Quelque chose en chemin répond à la place de la console (statut {status}). Veuillez le dire à notre assistance.',
    'console_confirm_paste' => 'Tapé, sauf {letters} : ce clavier n’a pas de touches pour cela.',
    'console_cad' => 'Ctrl-Alt-Suppr',
    'console_paste' => 'Coller',
    'console_keyboard' => 'Clavier',
    'console_scale' => 'Ajuster',
    'console_full' => 'Plein écran',
    'console_text' => 'Terminal texte',
    'console_reconnect' => 'Reconnecter',
    'console_power' => 'Alimentation',
    'console_no_script' => 'La console a besoin de JavaScript.',
    'console_paste_help' => 'Ce texte est tapé dans la machine virtuelle, touche par touche :',
    'console_layout' => 'Clavier de son système :',
    'console_type' => 'Taper',
    'console_cancel' => 'Annuler',
    'console_end_closed' => 'La machine virtuelle a fermé son écran : elle a été arrêtée, redémarrée ou déplacée.',
    'console_end_left' => 'La console a été fermée.',
    'console_end_idle' => 'La console a été fermée, car personne n’a tapé pendant une demi-heure.',
    'console_end_too_long' => 'La console a été fermée, car elle est restée ouverte huit heures.',
    'console_end_suspended' => 'La console a été fermée, car le service est suspendu.',
    'console_end_gone' => 'La console a été fermée, car la machine virtuelle est recréée, ramenée à un instantané ou supprimée.',
    'console_end_other_owner' => 'La console a été fermée, car le service n’est plus actif ici.',
    'console_end_unfit' => 'La console a été fermée : ce qui est arrivé n’était pas compréhensible.',
];
