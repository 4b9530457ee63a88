<?php

declare(strict_types=1);

return [
    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Your virtual machine {$service_domain} is ready',
    'mail_ready_body' => '<p>Dear {$client_name},</p>'
        . '<p>your virtual machine {$service_domain} is ready.</p>'
        . '<p>Address: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>User name: {$service_username}{if $proxmoxkvm_ssh}<br>Connect: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Password: {$proxmoxkvm_password}{else}You find its password on the page of this service in the client area: press “Show password” there.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">The page of your virtual machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_unanswered' => [
        'one' => 'It was started, but had not answered after one minute: it may need some more time.',
        'other' => 'It was started, but had not answered after {n} minutes: it may need some more time.',
    ],
    'mail_reinstalled_subject' => 'Your virtual machine {$service_domain} was reinstalled',
    'mail_reinstalled_body' => '<p>Dear {$client_name},</p>'
        . '<p>your virtual machine {$service_domain} was reinstalled and is ready. What was on its disks before is gone.</p>'
        . '<p>Address: {if $proxmoxkvm_addresses}{$proxmoxkvm_addresses}{else}{$service_dedicated_ip}{/if}<br>User name: {$service_username}{if $proxmoxkvm_ssh}<br>Connect: {$proxmoxkvm_ssh}{/if}</p>'
        . '<p>{if $proxmoxkvm_password}Password: {$proxmoxkvm_password}{else}You find its password on the page of this service in the client area: press “Show password” there.{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">The page of your virtual machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_restored_subject' => 'Your virtual machine {$service_domain} was restored',
    'mail_restored_body' => '<p>Dear {$client_name},</p><p>Your virtual machine {$service_domain} was restored from a backup. What is on its disks is from the time of that backup, and so are the passwords inside it; its snapshots are gone. Its addresses and its package are those of today.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">The page of your virtual machine</a></p>{/if}<p>{$signature}</p>',
    'mail_restore_failed_subject' => 'Your virtual machine {$service_domain} could not be restored',
    'mail_restore_failed_body' => '<p>Dear {$client_name},</p><p>The backup of your virtual machine {$service_domain} could not be restored, and the virtual machine has no disks now. Your backups are still there: on its page you can restore another one, or ask us. Our staff were told.</p>{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">The page of your virtual machine</a></p>{/if}<p>{$signature}</p>',
    'mail_package_subject' => 'Your virtual machine {$service_domain} has its new package',
    'mail_package_body' => '<p>Dear {$client_name},</p>'
        . '<p>the settings of your virtual machine {$service_domain} were changed to those of your package {$service_product_name}.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">The page of your virtual machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_password_subject' => 'The password of your virtual machine {$service_domain} was changed',
    'mail_password_body' => '<p>Dear {$client_name},</p>'
        . '<p>the password of your virtual machine {$service_domain} was changed.{if $proxmoxkvm_restart_needed} The new one is valid after the next restart of the virtual machine.{/if}</p>'
        . '<p>If it was not you who asked for this, please tell us.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">The page of your virtual machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_suspended_subject' => 'Your virtual machine {$service_domain} is suspended',
    'mail_suspended_body' => '<p>Dear {$client_name},</p>'
        . '<p>your virtual machine {$service_domain} is suspended and was stopped. Nothing on its disks is lost.{if $service_suspension_reason} Reason: {$service_suspension_reason}{/if}</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">The page of your virtual machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_delayed_subject' => 'Your virtual machine {$service_domain} takes a little longer',
    'mail_delayed_body' => '<p>Dear {$client_name},</p>'
        . '<p>setting up your virtual machine {$service_domain} takes longer than usual. Our staff were told and see to it; there is nothing that you have to do. You get another mail as soon as it is ready.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">The page of your virtual machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_failed_subject' => 'Your virtual machine {$service_domain}: a change could not be made',
    'mail_failed_body' => '<p>Dear {$client_name},</p>'
        . '<p>{$proxmoxkvm_action} of your virtual machine {$service_domain} could not be carried out. The virtual machine is as it was before, and our staff were told.</p>'
        . '{if $proxmoxkvm_link}<p><a href="{$proxmoxkvm_link}">The page of your virtual machine</a></p>'
        . '{/if}<p>{$signature}</p>',
    'mail_terminated_subject' => 'Your virtual machine {$service_domain} was removed',
    'mail_terminated_body' => '<p>Dear {$client_name},</p>'
        . '<p>your virtual machine {$service_domain} was removed, with its disks, snapshots and backups. They cannot be brought back.</p>'
        . '<p>{$signature}</p>',
    'mail_what_change_package' => 'The change to the new package',
    'mail_what_reinstall' => 'The reinstallation',
    'mail_what_backup_make' => 'The scheduled backup',
];
