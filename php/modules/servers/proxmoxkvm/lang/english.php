<?php

declare(strict_types=1);

return [
    // The library cannot be used.
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
    'tab_vm' => 'Virtual machine',
    'tab_addresses' => 'Addresses',
    'tab_error' => 'Error',
    'tab_history' => 'History',
    'suspended' => 'suspended',
    'task' => 'waiting for {what}',
    'no_vm' => 'none',
    'vm' => 'VMID {vmid} ({name}) on node {node}',

    // Logs and mails.
    'activity' => 'Proxmox KVM: {message}',
    'cron_failed' => 'The cron run could not do its work: {why}',
    'mail_failed' => 'The mail "VM is ready" of service {service} was not sent: {why}',
    'mail_subject' => 'Your virtual machine is ready',
    'mail_body' => '<p>Dear {$client_name},</p>'
        . '<p>your virtual machine {$service_domain} is ready.</p>'
        . '<p>Address: {$service_dedicated_ip}<br>User name: {$service_username}</p>'
        . '<p>You find its password in the client area.</p>'
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
