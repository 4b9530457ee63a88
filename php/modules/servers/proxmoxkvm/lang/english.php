<?php

declare(strict_types=1);

return [
    // The library cannot be used.
    'library_works' => 'The library works: version {version}',
    'none' => 'none',
    'no_ini' => 'no php.ini',
    'ffi_missing' => 'This PHP ({php}, {sapi}, {ini}) has no FFI extension: on Debian and Ubuntu run'
        . ' "apt install php{php}-common && phpenmod ffi", elsewhere enable "extension=ffi" for this PHP,'
        . ' then restart php-fpm or the web server.',
    'ffi_disabled' => 'FFI is switched off in this PHP ({php}, {sapi}, {ini}): remove "ffi.enable = false" there or,'
        . ' for php-fpm, add the line "php_admin_value[ffi.enable] = true" to the pool of this site; then restart it.',
    'ffi_preload' => 'This PHP ({php}, {sapi}) allows FFI to preloaded files only (ffi.enable = preload): add the line'
        . ' "php_admin_value[ffi.enable] = true" to the php-fpm pool of this site and restart php-fpm.',
    'library_missing' => 'The library {file} is missing: this machine needs the one for {platform}, the uploaded'
        . ' archive brought {shipped}; upload the whole archive for {platform}.',
    'library_other' => 'The library {file} could not be opened: {why}.',
    'linker_glibc' => 'The library {file} needs a newer C library than this machine has ({what}): use the archive'
        . ' that is built for older systems, or a newer system.',
    'linker_file' => 'The library {file} is damaged or made for another system ({what}): upload the archive for'
        . ' {platform} again, in binary mode.',
    'linker_noexec' => 'The system does not let PHP run code from {file} ({linker}): look for a "noexec" mount, or for'
        . ' SELinux (label the file lib_t).',
    'linker_permission' => 'PHP may not read the library {file}: give its user read permission on the file and on the'
        . ' directories above it.',
    'linker_libgcc' => 'The library {file} needs libgcc_s.so.1: install it (Debian and Ubuntu: "apt install libgcc-s1",'
        . ' Alpine: "apk add libgcc").',
    'linker_symbol' => 'The library {file} does not fit the C library of this machine ({linker}): upload the'
        . ' archive for {platform}.',
    'linker_machine' => 'The library {file} is made for another processor: upload the archive for {platform}.',
    'header_missing' => 'The file proxmoxkvm.h is missing beside the library in {directory}: upload the whole archive.',
    'abi' => 'The library answers with ABI {found}, these PHP files need ABI {expected}: restart php-fpm (it'
        . ' keeps the old library after an update) and, if that does not help, upload the whole archive again.',
    'header_mismatch' => 'The library and {header} do not belong together ({why}): upload the whole archive and restart'
        . ' php-fpm.',
    'function_missing' => 'The library does not have the function "{verb}" ({why}): upload the whole archive and'
        . ' restart php-fpm.',

    // The core answered strangely.
    'no_json' => 'The reply of the core to "{verb}" could not be read: {why}.',
    'no_reason' => 'The core gave status {status} and no reason.',
    'internal' => 'Internal error of the proxmoxkvm module: {what} ({place}).',

    // Where the store lives.
    'store_relative' => 'The store path {path} is not absolute: correct PROXMOXKVM_STORE.',
    'store_public' => 'The store {path} would lie inside the web root {root}: add'
        . " \"define('PROXMOXKVM_STORE', '/a/private/directory/store.db');\" to WHMCS's configuration.php.",

    // What WHMCS gave is not enough.
    'no_service' => 'WHMCS did not say which service is meant.',
    'no_addons' => 'This module provisions products, not product addons.',
    'row_service' => 'WHMCS has no service {id} any more.',
    'row_product' => 'the product {id} of the service does not exist',
    'row_module' => 'the product {id} of the service does not use this module',
    'row_no_server' => 'the service has no server assigned',
    'row_server' => 'the server entry {id} of the service does not exist',

    // Test Connection.
    'connected' => 'The connection works (Proxmox VE {version}, login {login}), but:',
    'bad_line' => 'Address line {line}: {reason}.',

    // The fields on the admin's page of a service.
    'tab_status' => 'Local status',
    'tab_error' => 'Error',
    'tab_task' => 'Current task',
    'tab_vm' => 'Virtual machine',
    'tab_live' => 'In Proxmox VE now',
    'tab_domain' => 'Domain',
    'tab_addresses' => 'Addresses',
    'tab_attach' => 'Attach VM (VMID)',
    'tab_history' => 'History',
    'not_created' => 'The module does not know this service yet: press Create or, if its VM exists already, attach it.',
    'suspended' => 'suspended',
    'next' => 'Next: the cron, or the button "{button}".',
    'task' => 'Proxmox VE works on: {what} (since {time})',
    'no_vm' => 'none',
    'vm' => 'VMID {vmid} ({name}) on node {node}',
    'live' => '{status}, cores: {cores}, memory: {memory} MB',
    'live_lock' => 'locked: {lock}',
    'attach_placeholder' => 'VMID',
    'attach_help' => 'Save Changes binds this service to that existing VM, which no other service may have.',
    'attach_number' => 'Nothing was attached: a VMID is a number from {lowest} to {highest}.',
    'attach_done' => 'VM {vmid} is attached to service {service}.',

    // The history on that page.
    'no_history' => 'nothing yet',
    'history_at' => 'Time',
    'history_actor' => 'By',
    'history_what' => 'Step',
    'history_result' => 'Result',
    'history_took' => 'Took',
    'history_ok' => 'done',
    'actor_admin' => 'admin',
    'actor_client' => 'client',
    'actor_cron' => 'cron',

    // Local statuses: the last step that was completed.
    'status_creation' => 'Ordered',
    'status_set_ip' => 'Address leased',
    'status_clone' => 'Cloned',
    'status_set_cpu_ram' => 'CPU and memory',
    'status_set_system_disk_size' => 'System disk size',
    'status_set_system_disk_bandwidth' => 'System disk limits',
    'status_set_created_additional_disk' => 'Additional disk',
    'status_set_additional_disk_size' => 'Additional disk size',
    'status_set_additional_disk_bandwidth' => 'Additional disk limits',
    'status_set_network' => 'Network',
    'status_set_firewall' => 'Firewall',
    'status_set_cloudinit' => 'Cloud-init',
    'status_ready' => 'Ready',
    'status_reinstall' => 'Reinstallation',
    'status_set_dns_records' => 'Writing DNS records',
    'status_change_package' => 'Changing the package',
    'status_terminate' => 'Being terminated',
    'status_removed' => 'Removed',

    // What to do about an error.
    'error_retry' => 'The cron tries again by itself.',
    'error_attention' => 'This needs your attention: the cron alone cannot solve it.',
    'error_since' => 'Since {time}.',
    'advice_unreachable' => 'Check that the node runs and that this machine reaches its port; Test Connection on the'
        . ' server entry shows more.',
    'advice_certificate' => "Compare the node's certificate with the server entry: its SHA-256 fingerprint belongs into"
        . ' the Access Hash (fingerprint=).',
    'advice_login' => 'Correct user name and password, or API token and secret, in the server entry.',
    'advice_permission' => 'Give the user or API token of the server entry the privilege named above; Test Connection'
        . ' checks it.',
    'advice_server' => 'Correct this in the server entry.',
    'advice_product' => 'Correct this in the Module Settings of the product, or in the configurable options of the'
        . ' service, then press Create or the button of the next step.',
    'advice_disk' => 'Disks only grow: give the service a package whose disk is at least as large as the present one.',
    'advice_addresses' => 'Add lines to the box Assigned IP Addresses of the server entry.',
    'advice_capacity' => 'Free some room on the cluster, bring the node back, or choose another node or storage in the'
        . ' Module Settings.',
    'advice_identity' => 'The VM is not the VM of this service, so nothing is done to it. Find the right one and enter'
        . ' its VMID under Attach VM.',
    'advice_task' => 'The task log of Proxmox VE shows more. Remove the cause, then press the button of the next step.',
    'advice_protected' => 'Remove the protection of the VM in Proxmox VE (Options), then try again.',
    'advice_wait' => 'Wait until that has ended; then try again, or leave it to the cron.',
    'advice_store' => 'Check space and permissions of the directory of the module\'s store.',
    'advice_other' => 'Remove the cause named above; then press the button of the next step, or wait for the cron.',

    // The client's page of a service.
    'client_title' => 'Virtual machine',
    'client_domain' => 'Host name',
    'client_addresses' => 'IP addresses',
    'client_username' => 'User name',
    'client_password_hint' => 'The password is the one of this service.',
    'client_start' => 'Start',
    'client_stop' => 'Stop',
    'client_reboot' => 'Reboot',
    'client_stop_sure' => 'Switch the virtual machine off? Programs that run on it are not asked first.',
    'client_reboot_sure' => 'Reboot the virtual machine?',
    'client_lost' => 'The page has lost its connection. Please reload it.',
    'client_step' => 'Step {number} of {total}: {step}',
    'client_state_ready' => 'Ready',
    'client_state_waiting' => 'Ordered',
    'client_state_building' => 'Being set up',
    'client_state_changing' => 'Being changed',
    'client_state_delayed' => 'Delayed',
    'client_state_suspended' => 'Suspended',
    'client_state_gone' => 'Removed',
    'client_state_unknown' => 'Unknown',
    'client_hint_ready' => 'Your virtual machine is ready.',
    'client_hint_waiting' => 'Your virtual machine will be set up shortly.',
    'client_hint_building' => 'Your virtual machine is being set up; this page follows the progress.',
    'client_hint_changing' => 'New settings are being applied; the virtual machine may restart.',
    'client_hint_delayed' => 'This takes longer than usual; our staff can see it and looks after it.',
    'client_hint_suspended' => 'This service is suspended, so its virtual machine cannot be used.',
    'client_hint_gone' => 'There is no virtual machine any more.',
    'client_hint_unknown' => 'The status cannot be shown at this moment.',
    'client_done_start' => 'The virtual machine was started.',
    'client_done_stop' => 'The virtual machine was stopped.',
    'client_done_reboot' => 'The virtual machine was rebooted.',
    'client_running' => 'The virtual machine is running.',
    'client_stopped' => 'The virtual machine is stopped already.',
    'client_suspended' => 'This is not possible while the service is suspended.',
    'client_not_active' => 'This is not possible because the service is not active.',
    'client_busy' => 'The virtual machine is busy at this moment. Please try again in a few minutes.',
    'client_gone' => 'There is no virtual machine for this.',
    'client_failed' => 'This did not work. Please try again later, or ask our support.',
    'client_not_yours' => 'This service is not one of yours. Please log in again.',
    'client_use_buttons' => 'Please use the buttons on the page of the service.',
    'client_token' => 'This page is too old. Please reload it and try again.',
    'resource_cpu' => 'CPU cores',
    'resource_cpu_value' => '{n}',
    'resource_ram' => 'Memory',
    'resource_ram_value' => '{n} GB',
    'resource_disk' => 'Disk',
    'resource_disk_value' => '{n} GB',
    'resource_additional_disk' => 'Additional disk',
    'resource_additional_disk_value' => '{n} GB',
    'resource_network' => 'Network',
    'resource_network_value' => '{n} MB/s',

    // Logs and mails.
    'activity' => 'Proxmox KVM: {message}',
    'cron_failed' => 'The cron run could not do its work: {why}',
    'cron_other' => 'another cron run is under way: it does the work',
    'cron_lock' => 'The file {file} cannot be written by the user {user}: run the cron as the user of the web server.',
    'cron_owner' => 'The store belongs to the user {owner} and this is the user {user}: run the cron as {owner}.',
    'mail_failed' => 'The mail "{mail}" of service {service} was not sent: {why}',

    // Mails: WHMCS fills in what has a dollar sign.
    'mail_ready_subject' => 'Your virtual machine is ready',
    'mail_ready_body' => '<p>Dear {$client_name},</p>'
        . '<p>your virtual machine {$service_domain} is ready.</p>'
        . '<p>Address: {$service_dedicated_ip}<br>User name: {$service_username}</p>'
        . '<p>You find its password in the client area.</p>'
        . '<p>{$signature}</p>',
    'mail_reinstalled_subject' => 'Your virtual machine was reinstalled',
    'mail_reinstalled_body' => '<p>Dear {$client_name},</p>'
        . '<p>your virtual machine {$service_domain} was reinstalled and is ready. What was on its disks before is'
        . ' gone.</p>'
        . '<p>Address: {$service_dedicated_ip}<br>User name: {$service_username}</p>'
        . '<p>You find its password in the client area.</p>'
        . '<p>{$signature}</p>',
    'mail_package_subject' => 'Your virtual machine has its new package',
    'mail_package_body' => '<p>Dear {$client_name},</p>'
        . '<p>the settings of your virtual machine {$service_domain} were changed to those of your package'
        . ' {$service_product_name}.</p>'
        . '<p>{$signature}</p>',
    'mail_password_subject' => 'The password of your virtual machine was changed',
    'mail_password_body' => '<p>Dear {$client_name},</p>'
        . '<p>the password of your virtual machine {$service_domain} was changed.'
        . '{if $proxmoxkvm_restart_needed} The new one is valid after the next restart of the virtual machine.{/if}</p>'
        . '<p>If it was not you who asked for this, please tell us.</p>'
        . '<p>{$signature}</p>',

    // The module settings of a product.
    'option_target_node' => 'Target node',
    'option_target_node_help' => 'auto = the node with the most free memory that can hold the VM, or the name of'
        . ' a node',
    'option_os_template' => 'OS template',
    'option_os_template_help' => 'VMID of the template',
    'option_clone_type' => 'Clone type',
    'option_clone_type_help' => 'linked clones need a storage that can do it',
    'option_system_disk_storage' => 'System disk storage',
    'option_system_disk_storage_help' => "storage id; empty = the template's (full clones only)",
    'option_first_vm_id' => 'First VM ID',
    'option_first_vm_id_help' => '100 to 999999999; the first free VMID from here on is taken',
    'option_cpu_cores' => 'CPU cores',
    'option_cpu_cores_help' => 'number of cores',
    'option_ram' => 'RAM',
    'option_ram_help' => 'GB, decimals allowed',
    'option_system_disk' => 'System disk',
    'option_system_disk_help' => 'GB; 0 = as in the template; disks only grow',
    'option_system_disk_limits' => 'System disk limits',
    'option_system_disk_limits_help' => 'read MB/s / write MB/s / read IOPS / write IOPS, 0 = none',
    'option_additional_disk' => 'Additional disk',
    'option_additional_disk_help' => 'GB; 0 = none',
    'option_additional_disk_limits' => 'Additional disk limits',
    'option_additional_disk_limits_help' => 'read MB/s / write MB/s / read IOPS / write IOPS, 0 = none',
    'option_additional_disk_storage' => 'Additional disk storage',
    'option_additional_disk_storage_help' => "storage id; empty = the system disk's",
    'option_bridge' => 'Bridge',
    'option_bridge_help' => 'auto = from the leased address line; a name = only address lines with this bridge'
        . ' and VLAN',
    'option_vlan' => 'VLAN',
    'option_vlan_help' => 'VLAN tag that goes with the bridge, 0 = untagged',
    'option_network_rate' => 'Network rate',
    'option_network_rate_help' => 'MB/s, 0 = unlimited',
    'option_nic_model' => 'NIC model',
    'option_nic_model_help' => 'model of the network card',
    'option_addressing' => 'Addressing',
    'option_addressing_help' => 'dhcp = no address is leased, no anti-spoofing',
    'option_firewall' => 'Firewall',
    'option_firewall_help' => 'anti-spoofing lets the VM send from its own addresses only',
    'option_firewall_rules' => 'Firewall rules',
    'option_firewall_rules_help' => "one a line, in Proxmox VE's own syntax, e.g. IN ACCEPT -p tcp -dport 22",
    'option_cloud_init_user' => 'Cloud-init user',
    'option_cloud_init_user_help' => 'name of the user that cloud-init sets up',
    'option_vm_name' => 'VM name',
    'option_vm_name_help' => '{client_id} {service_id} {random_digit_N} {random_letter_N} {unixtime} {year}'
        . ' {month} {day} {hour} {minute} {second}; must come out as a DNS label',
    'option_main_domain' => 'Main domain',
    'option_main_domain_help' => "the service's domain is &lt;name&gt;.&lt;main domain&gt;; also the guest's"
        . " search domain",
    'option_backup_storage' => 'Backup storage',
    'option_backup_storage_help' => 'storage id',
    'option_more_settings' => 'More settings',
    'option_more_settings_help' => 'one "key = value" a line',
];
