<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Votre machine virtuelle {$service_domain} est prête',
    'mail_ready_body' => '<p>Bonjour {$client_name},</p>'
        . '<p>votre machine virtuelle {$service_domain} est prête.</p>'
        . '<p>Adresse : {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nom d’utilisateur : {$service_username}{if $proxmoxkvm_ssh}<br>Connexion : {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Mot de passe : {$proxmoxkvm_password}{else}Vous trouverez son mot de passe dans l’espace client, sur la page de ce service : cliquez-y sur « Voir le mot de passe ».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La page de votre machine virtuelle</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'Elle a été démarrée, mais n’avait pas répondu après {n} minute : il lui faut peut-être encore un peu de temps.',
        'other' => 'Elle a été démarrée, mais n’avait pas répondu après {n} minutes : il lui faut peut-être encore un peu de temps.',
    ],
    'mail_reinstalled_subject' => 'Votre machine virtuelle {$service_domain} a été réinstallée',
    'mail_reinstalled_body' => '<p>Bonjour {$client_name},</p>'
        . '<p>votre machine virtuelle {$service_domain} a été réinstallée et elle est prête. Ce qui se trouvait auparavant sur ses disques n’existe plus.</p>'
        . '<p>Adresse : {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>Nom d’utilisateur : {$service_username}{if $proxmoxkvm_ssh}<br>Connexion : {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Mot de passe : {$proxmoxkvm_password}{else}Vous trouverez son mot de passe dans l’espace client, sur la page de ce service : cliquez-y sur « Voir le mot de passe ».{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La page de votre machine virtuelle</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Votre machine virtuelle {$service_domain} a été restaurée',
    'mail_restored_body' => '<p>Bonjour {$client_name},</p><p>Votre machine virtuelle {$service_domain} a été restaurée à partir d’une sauvegarde. Ce qui est sur ses disques date de cette sauvegarde, y compris les mots de passe ; ses instantanés n’existent plus. Ses adresses et son offre sont celles d’aujourd’hui.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La page de votre machine virtuelle</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Votre machine virtuelle {$service_domain} n’a pas pu être restaurée',
    'mail_restore_failed_body' => '<p>Bonjour {$client_name},</p><p>La sauvegarde de votre machine virtuelle {$service_domain} n’a pas pu être restaurée, et la machine n’a plus de disques. Vos sauvegardes sont toujours là : vous pouvez en restaurer une autre sur sa page, ou nous contacter. Notre équipe est prévenue.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La page de votre machine virtuelle</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Votre machine virtuelle {$service_domain} a sa nouvelle offre',
    'mail_package_body' => '<p>Bonjour {$client_name},</p>'
        . '<p>les réglages de votre machine virtuelle {$service_domain} sont maintenant ceux de votre offre {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La page de votre machine virtuelle</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'Le mot de passe de votre machine virtuelle {$service_domain} a été changé',
    'mail_password_body' => '<p>Bonjour {$client_name},</p>'
        . '<p>le mot de passe de votre machine virtuelle {$service_domain} a été changé.{if $proxmoxkvm_restart_needed} Le nouveau sera valable après le prochain redémarrage de la machine virtuelle.{/if}</p>'
        . '<p>Si vous n’en êtes pas à l’origine, merci de nous prévenir.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La page de votre machine virtuelle</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Votre machine virtuelle {$service_domain} est suspendue',
    'mail_suspended_body' => '<p>Bonjour {$client_name},</p>'
        . '<p>votre machine virtuelle {$service_domain} est suspendue et a été arrêtée. Rien n’est perdu sur ses disques.{if $service_suspension_reason} Motif : {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La page de votre machine virtuelle</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Votre machine virtuelle {$service_domain} prend un peu plus de temps',
    'mail_delayed_body' => '<p>Bonjour {$client_name},</p>'
        . '<p>l’installation de votre machine virtuelle {$service_domain} prend plus de temps que d’habitude. Notre équipe est prévenue et s’en occupe ; vous n’avez rien à faire. Vous recevrez un autre message dès qu’elle sera prête.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La page de votre machine virtuelle</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Votre machine virtuelle {$service_domain} : un changement n’a pas pu être fait',
    'mail_failed_body' => '<p>Bonjour {$client_name},</p>'
        . '<p>ceci n’a pas pu être exécuté pour votre machine virtuelle {$service_domain} : {$proxmoxkvm_action}. La machine virtuelle est comme avant, et notre équipe est prévenue.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">La page de votre machine virtuelle</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Votre machine virtuelle {$service_domain} a été supprimée',
    'mail_terminated_body' => '<p>Bonjour {$client_name},</p>'
        . '<p>votre machine virtuelle {$service_domain} a été supprimée, avec ses disques, ses instantanés et ses sauvegardes. Ils ne peuvent pas être récupérés.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'le passage à la nouvelle offre',
    'mail_what_reinstall' => 'la réinstallation',
    'mail_what_backup_make' => 'la sauvegarde planifiée',
];
