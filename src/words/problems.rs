//! THE TABLE of problems: everything that can be said to go wrong, once: its code, what C is told, whether the cron tries again, what
//! staff should do, and what a client may read of it.
//!
//! A code is a stable name: hosters' mails and scripts have it, and it is the anchor of its part of `docs/problems.md`.
//! The sentences are those of the error enums, which lead here by exhaustive matches. The texts for people are in the
//! module's language files: `advice_…` for staff, `client_…` for clients. A new problem is a row here, a variant that
//! leads to it and, where no advice fits, a text in each language.

/// What the C functions return, coarse. The numbers are those of `proxmoxkvm_status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Class {
    /// It stands in a reply that succeeded: a finding, or the trouble of a service.
    Found = 0,
    /// The request, an option, or the server entry is wrong.
    Invalid = 1,
    /// The state of the service or the VM forbids it; nothing was changed.
    Refused = 2,
    /// Somebody else works on it at this moment.
    Busy = 3,
    /// Proxmox VE said no.
    Pve = 4,
    /// Proxmox VE could not be reached, or gave no answer that can be understood.
    Unreachable = 5,
    /// The store failed.
    Store = 6,
    /// An internal error was caught.
    Internal = 7,
    /// A DNS provider said no, or did not answer.
    Dns = 8,
}

/// One row.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    /// The stable name.
    pub code: &'static str,
    /// What C is told.
    pub class: Class,
    /// Whether the cron's next tries may help without anybody's doing; else the service needs attention.
    pub retry: bool,
    /// What staff should do: the text `advice_…` of this name.
    pub advice: &'static str,
    /// The text for a client. None: it is none of a client's business, who is told that it did not work.
    pub client: Option<&'static str>,
}

impl Problem {
    /// Whether what was asked for may have been done nevertheless, or is done yet: nobody can say at this moment.
    pub fn is_open(&self) -> bool {
        const OPEN: [&Problem; 4] = [&UNDER_WAY, &LEASE_LOST, &PVE_NO_ANSWER, &PVE_UNEXPECTED];
        OPEN.iter().any(|open| open.code == self.code)
    }

    /// Where it is explained.
    pub fn page(&self) -> String {
        format!("docs/problems.md#{}", self.code)
    }
}

/// The row of a code that was stored.
pub fn named(code: &str) -> Option<&'static Problem> {
    TABLE.iter().copied().find(|problem| problem.code == code)
}

macro_rules! table {
    ($($name:ident $code:literal $class:ident $again:ident $advice:literal $client:tt)*) => {
        $(
            #[doc = concat!("The row `", $code, "`.")]
            pub static $name: Problem = Problem {
                code: $code,
                class: Class::$class,
                retry: table!(@ $again),
                advice: $advice,
                client: table!(@ $client),
            };
        )*
        /// Every row.
        pub static TABLE: &[&Problem] = &[$(&$name),*];
    };
    (@ retry) => { true };
    (@ final) => { false };
    (@ -) => { None };
    (@ $client:literal) => { Some($client) };
}

table! {
    // what was asked
    BAD_REQUEST        "bad_request"         Invalid     final  "files"            -
    NO_SERVICE         "no_service"          Invalid     final  "number"           -
    NO_ACTION          "no_action"           Refused     final  "files"            -
    NO_TASK            "no_task"             Refused     final  "nothing"          -
    BAD_ADDRESS_LINE   "bad_address_line"    Refused     final  "addresses"        -
    ADDRESSES_IN_USE   "addresses_in_use"    Refused     final  "addresses"        -
    INTERNAL           "internal"            Internal    final  "report"           -
    NOT_PREPARED       "not_prepared"        Found       final  "product"          -

    // the product, its configurable options, and what the cluster has for them
    BAD_OPTION         "bad_option"          Invalid     final  "product"          -
    BAD_CONFIG_OPTION  "bad_configurable_option"
                                             Invalid     final  "product"          -
    CONFLICTING        "conflicting_configurable_options"
                                             Invalid     final  "product"          -
    NO_ADDRESSES       "no_addresses"        Invalid     final  "product"          -
    BAD_VM_NAME        "bad_vm_name"         Invalid     final  "product"          -
    HOST_NAME          "host_name"           Refused     final  "host_name"        "client_host_name"
    HOST_NAME_TAKEN    "host_name_taken"     Refused     final  "host_name"        "client_host_name_taken"
    NO_TEMPLATE        "no_template"         Invalid     final  "product"          -
    NOT_A_TEMPLATE     "not_a_template"      Invalid     final  "product"          -
    TEMPLATE_ELSEWHERE "template_elsewhere"  Invalid     final  "product"          -
    DISK_SMALLER       "disk_smaller_than_template"
                                             Invalid     final  "product"          -
    NO_SUCH_NODE       "no_such_node"        Invalid     final  "product"          -
    NO_STORAGE         "no_storage"          Invalid     final  "product"          -
    NOT_FOR_IMAGES     "storage_without_images"
                                             Invalid     final  "product"          -
    FITS_NO_NODE       "fits_no_node"        Invalid     final  "product"          -
    BRIDGE_MISSING     "bridge_missing"      Invalid     final  "product"          -
    NO_BRIDGE          "no_bridge"           Refused     final  "product"          -
    NO_DISK            "no_disk"             Refused     final  "product"          -
    NO_DISK_SLOT       "no_disk_slot"        Refused     final  "product"          -
    DISK_SHRINK        "disk_shrink"         Refused     final  "disk"             -
    WOULD_NOT_START    "would_not_start"     Refused     final  "keys"             -
    FILE_MISSING       "file_missing"        Invalid     final  "keys"             -
    NO_APPLICATION     "no_application"      Invalid     final  "application"      -
    STORAGE_FULL       "storage_full"        Invalid     final  "capacity"         -
    NODE_OFFLINE       "node_offline"        Invalid     retry  "capacity"         -
    NO_NODE            "no_node"             Invalid     retry  "capacity"         -
    NO_FREE_ADDRESS    "no_free_address"     Refused     retry  "addresses"        -
    NO_FREE_VMID       "no_free_vmid"        Refused     final  "vmid"             -

    // the server entry
    SERVER_NOT_HTTPS   "server_not_https"    Invalid     final  "server"           -
    SERVER_HOST        "server_host"         Invalid     final  "server"           -
    SERVER_PORT        "server_port"         Invalid     final  "server"           -
    SERVER_USER        "server_user"         Invalid     final  "login"            -
    SERVER_SECRET      "server_secret"       Invalid     final  "login"            -
    SERVER_ACCESS_HASH "server_access_hash"  Invalid     final  "server"           -

    // the state of the service, or of its VM
    WRONG_STATUS       "wrong_status"        Refused     final  "step"             "client_busy"
    RUNNING            "running"             Refused     final  "stop"             "client_running"
    ALREADY_RUNNING    "already_running"     Refused     final  "nothing"          "client_running"
    ALREADY_STOPPED    "already_stopped"     Refused     final  "nothing"          "client_stopped"
    POWER_UNKNOWN      "power_unknown"       Refused     retry  "wait"             "client_busy"
    PAUSED             "paused"              Refused     final  "resume"           "client_paused"
    NOT_SHUT_DOWN      "not_shut_down"       Refused     final  "not_shut_down"    "client_not_shut_down"
    ANSWER_LOST        "answer_lost"         Unreachable final  "look"             "client_look"
    SUSPENDED          "suspended"           Refused     final  "unsuspend"        "client_suspended"
    TERMINATING        "terminating"         Refused     final  "terminating"      "client_gone"
    UNDER_WAY          "under_way"           Refused     retry  "wait"             "client_under_way"
    IN_LINE            "in_line"             Refused     retry  "wait"             "client_under_way"
    LOCKED             "locked"              Refused     retry  "wait"             "client_busy"
    TASK_RUNNING       "task_running"        Refused     retry  "wait"             "client_busy"
    CLUSTER_DISAGREES  "cluster_disagrees"   Refused     retry  "wait"             -
    BUSY               "busy"                Busy        retry  "wait"             "client_busy"
    LEASE_LOST         "lease_lost"          Busy        retry  "wait"             "client_busy"
    REPEATED           "repeated"            Refused     final  "nothing"          -
    REPLACED           "replaced"            Found       final  "nothing"          -
    PROCESS_DIED       "process_died"        Found       final  "task"             -
    HIBERNATED         "hibernated"          Refused     final  "hibernated"       -
    PROTECTED          "protected"           Refused     final  "protected"        -
    HA_MANAGED         "ha_managed"          Refused     final  "ha"               -
    BOUND              "bound"               Refused     final  "bound"            -
    LEFT_LOCKED        "left_locked"         Refused     final  "unlock"           -
    NO_STATISTICS      "no_statistics"       Refused     retry  "statistics"       -
    NO_GUEST           "no_guest"            Refused     final  "rebuild"          "client_gone"
    HAS_GUEST          "has_guest"           Refused     final  "has_guest"        -
    UNKNOWN_SERVICE    "unknown_service"     Refused     final  "unknown"          "client_gone"

    // whose it is
    NOT_OURS           "not_ours"            Refused     final  "identity"         -
    OWNED              "owned"               Refused     final  "identity"         -
    TAKEN              "taken"               Refused     final  "identity"         -
    FORGOTTEN          "forgotten"           Refused     final  "attach"           -
    IS_TEMPLATE        "is_template"         Refused     final  "attach"           -
    ATTACH_VMID        "attach_vmid"         Invalid     final  "attach"           -
    ATTACH_ADDRESS     "attach_address"      Invalid     final  "attach_address"   -
    NO_ADDRESS_LINE    "no_address_line"     Invalid     final  "addresses"        -
    ADDRESS_TAKEN      "address_taken"       Refused     final  "attach_address"   -
    OTHER_SERVER       "other_server"        Refused     final  "other_server"     -
    OTHER_ORDER        "other_order"         Refused     final  "owner"            -
    STILL_IN_WHMCS     "still_in_whmcs"      Refused     final  "terminate"        -
    STILL_THERE        "still_there"         Refused     final  "gone"             -
    WHMCS_GONE         "whmcs_gone"          Found       final  "gone"             -

    // what clients ask
    NOT_FOR_CLIENTS    "not_for_clients"     Refused     final  "allow"            "client_forbidden"
    STAFF_ONLY         "staff_only"          Refused     final  "allow"            "client_forbidden"
    NOT_ACTIVE         "not_active"          Refused     final  "unsuspend"        "client_not_active"
    NOT_MEANT          "not_meant"           Refused     final  "typed"            "client_not_meant"
    PROTECTED_BY_CLIENT "protected_by_client"
                                             Refused     final  "unprotect"        "client_protected"
    CHOSEN_ALREADY     "chosen_already"      Refused     final  "nothing"          "client_chosen"
    CHOSEN_MEANWHILE   "chosen_meanwhile"    Refused     final  "reload"           "client_chosen_meanwhile"
    NOT_OFFERED        "not_offered"         Refused     final  "systems"          "client_not_offered"
    NOT_ON_WINDOWS     "not_on_windows"      Refused     final  "windows_application" "client_not_on_windows"
    NO_SUCH_APPLICATION "no_such_application" Refused    final  "application"      "client_no_application"
    DEARER             "dearer"              Refused     final  "upgrade"          "client_dearer"
    NOT_TICKED         "not_ticked"          Refused     final  "ticked"           "client_not_ticked"
    TOO_OFTEN          "too_often"           Refused     retry  "pace"             "client_again"
    NOT_OWN_ADDRESS    "not_own_address"     Refused     final  "reverse_address"  "client_rdns_address"
    RDNS_BAD_NAME      "rdns_bad_name"       Refused     final  "reverse_name"     "client_rdns_bad_name"
    RDNS_FORWARD       "rdns_forward"        Refused     final  "reverse_forward"  "client_rdns_forward"

    // consoles
    CONSOLES_FULL      "consoles_full"       Refused     final  "consoles"         "client_consoles_full"
    CONSOLES_OPEN      "consoles_open"       Refused     final  "nothing"          "client_consoles_open"
    CONSOLE_FOLDER     "console_folder"      Refused     final  "console_folder"   -
    CONSOLE_OFF        "console_off"         Refused     final  "start"            "client_console_off"
    CONSOLE_NO_DISPLAY "console_no_display"  Refused     final  "display"          "client_console_no_display"
    CONSOLE_NO_SERIAL  "console_no_serial"   Refused     final  "serial"           "client_console_no_text"
    CONSOLE_OLD_TERMINAL "console_old_terminal"
                                             Refused     final  "old_terminal"     "client_console_no_text"
    CONSOLE_DARK       "console_dark"        Refused     retry  "console_dark"     "client_console_dark"
    CONSOLE_UNFIT      "console_unfit"       Refused     retry  "report"           "client_console_dark"

    // snapshots
    SNAPSHOTS_NOT_SOLD "snapshots_not_sold"  Refused     final  "product"          "client_snapshots_not_sold"
    SNAPSHOT_QUOTA     "snapshot_quota"      Refused     final  "product"          "client_snapshot_quota"
    SNAPSHOT_IMPOSSIBLE "snapshot_impossible"
                                             Refused     final  "move_disk"        "client_snapshot_impossible"
    SNAPSHOT_SPACE     "snapshot_space"      Refused     retry  "capacity"         "client_snapshot_space"
    SNAPSHOT_SCHEDULE  "snapshot_schedule_wrong"
                                             Refused     final  "as_said"          "client_snapshot_schedule"
    SNAPSHOT_LABEL     "snapshot_label"      Refused     final  "as_said"          "client_snapshot_label"
    NO_SNAPSHOT        "no_snapshot"         Refused     final  "reload"           "client_no_snapshot"
    SNAPSHOT_UNFINISHED "snapshot_unfinished"
                                             Refused     final  "as_said"          "client_snapshot_unfinished"
    SNAPSHOT_HALF_BACK "snapshot_half_back"  Pve         final  "look"             "client_look"
    SNAPSHOT_LATE      "snapshot_late"       Refused     final  "look"             "client_snapshot_late"
    SNAPSHOT_NEWER     "snapshot_newer"      Refused     final  "ticked"           "client_snapshot_newer"
    SNAPSHOT_FOREIGN   "snapshot_foreign"    Refused     final  "snapshot_foreign" "client_snapshot_foreign"

    // CDs and rescue mode
    RESCUE_NOT_SOLD    "rescue_not_sold"     Refused     final  "product"          "client_rescue_not_sold"
    IN_RESCUE          "in_rescue"           Refused     final  "nothing"          "client_in_rescue"
    NOT_IN_RESCUE      "not_in_rescue"       Refused     final  "reload"           "client_not_in_rescue"
    RESCUE_GONE        "rescue_gone"         Refused     final  "iso"              "client_rescue_gone"
    RESCUE_SEED        "rescue_no_seed"      Refused     final  "iso"              "client_rescue_gone"
    NO_SEED            "no_seed"             Pve         retry  "seed"             -
    ISO_NOT_SHOWN      "iso_not_shown"       Refused     final  "reload"           "client_iso_not_shown"
    NO_CD_SLOT         "no_cd_slot"          Refused     final  "cd_slot"          "client_no_cd_slot"
    NO_CD              "no_cd"               Refused     final  "reload"           "client_no_cd"
    // the customer's firewall
    FIREWALL_OFF       "firewall_not_sold"   Refused     final  "firewall_off"     "client_firewall_off"
    FIREWALL_RULE      "firewall_form"       Invalid     final  "nothing"          "client_firewall_form"
    FIREWALL_ADDRESS   "firewall_address"    Invalid     final  "nothing"          "client_firewall_address"
    FIREWALL_ADDRESSES "firewall_addresses"  Invalid     final  "nothing"          "client_firewall_addresses"
    FIREWALL_FAMILIES  "firewall_families"   Invalid     final  "nothing"          "client_firewall_families"
    FIREWALL_PORTS     "firewall_ports"      Invalid     final  "nothing"          "client_firewall_bad_ports"
    FIREWALL_NO_PORTS  "firewall_no_ports"   Invalid     final  "nothing"          "client_firewall_no_ports"
    FIREWALL_COMMENT   "firewall_comment"    Invalid     final  "nothing"          "client_firewall_bad_comment"
    FIREWALL_FULL      "firewall_full"       Refused     final  "nothing"          "client_firewall_full"
    FIREWALL_NO_RULE   "firewall_no_rule"    Refused     final  "reload"           "client_firewall_no_rule"
    FIREWALL_CUTS_OFF  "firewall_cuts_off"   Refused     final  "ticked"           "client_firewall_cuts_off"
    FIREWALL_NO_ADDRESS "firewall_no_address"
                                             Refused     final  "nothing"          "client_firewall_no_address"
    FIREWALL_CONFIRMED "firewall_confirmed"  Refused     final  "reload"           "client_firewall_confirmed"
    FIREWALL_NOT_WRITTEN "firewall_not_written"
                                             Refused     final  "nothing"          "client_firewall_not_written"
    FIREWALL_BY_HAND   "firewall_by_hand"    Refused     final  "as_said"          "client_firewall_by_hand"

    // SSH keys
    SSH_KEY_WRONG      "ssh_key_wrong"       Invalid     final  "as_said"          "client_ssh_key_wrong"
    SSH_KEY_PRIVATE    "ssh_key_private"     Invalid     final  "ssh_key_private"  "client_ssh_key_private"
    SSH_KEY_LINES      "ssh_key_lines"       Invalid     final  "as_said"          "client_ssh_key_lines"
    SSH_KEY_OPTIONS    "ssh_key_options"     Invalid     final  "as_said"          "client_ssh_key_options"
    SSH_KEY_WEAK       "ssh_key_weak"        Invalid     final  "as_said"          "client_ssh_key_weak"
    SSH_KEY_NAME       "ssh_key_name"        Invalid     final  "as_said"          "client_ssh_key_name"
    SSH_KEYS_FULL      "ssh_keys_full"       Refused     final  "as_said"          "client_ssh_keys_full"
    SSH_KEY_MISSING    "ssh_key_missing"     Refused     final  "ssh_key_missing"  "client_ssh_key_missing"
    NO_PASSWORD        "no_password"         Refused     final  "nothing"          "client_no_password"
    BAD_PASSWORD       "bad_password"        Invalid     final  "as_said"          "client_bad_password"
    WINDOWS_PASSWORD   "windows_password"    Refused     final  "windows_password" "client_windows_password"
    NO_SSH_KEY         "no_ssh_key"          Refused     final  "reload"           "client_no_ssh_key"

    // what customers give cloud-init
    USER_DATA_LONG     "user_data_long"      Invalid     final  "as_said"          "client_user_data_long"
    USER_DATA_KIND     "user_data_kind"      Invalid     final  "as_said"          "client_user_data_kind"
    USER_DATA_YAML     "user_data_yaml"      Invalid     final  "as_said"          "client_user_data_yaml"
    USER_DATA_NO_KEYS  "user_data_no_keys"   Invalid     final  "as_said"          "client_user_data_no_keys"
    USER_DATA_NOT_SOLD "user_data_not_sold"  Refused     final  "product"          "client_user_data_not_sold"
    USER_DATA_SEALED   "user_data_sealed"    Refused     final  "user_data"        -

    // backups
    BACKUPS_NOT_SOLD   "backups_not_sold"    Refused     final  "product"          "client_backups_not_sold"
    BACKUP_QUOTA       "backup_quota"        Refused     final  "as_said"          "client_backup_quota"
    BACKUP_SIZE        "backup_size"         Refused     final  "as_said"          "client_backup_size"
    BACKUP_STORAGE     "backup_storage_wrong"
                                             Refused     final  "product"          "client_backup_impossible"
    BACKUP_RETENTION   "backup_retention"    Refused     final  "backup_retention" "client_backup_impossible"
    BACKUP_PRUNED      "backup_pruned"       Refused     final  "backup_retention" "client_backup_impossible"
    BACKUP_AWAY        "backup_away"         Refused     retry  "unreachable"      "client_unreachable"
    BACKUP_SPACE       "backup_space"        Refused     retry  "capacity"         "client_backup_space"
    BACKUP_LEFT_OUT    "backup_left_out"     Refused     final  "look"             "client_backup_impossible"
    BACKUPS_STAY       "backups_stay"        Pve         retry  "backups_stay"     -
    BACKUP_BUSY        "backup_busy"         Refused     retry  "backup_busy"      "client_backup_busy"
    BACKUP_HA          "backup_ha"           Refused     final  "product"          "client_backup_impossible"
    BACKUP_PROTECT_LIMIT "backup_protect_limit"
                                             Refused     final  "as_said"          "client_backup_protect_limit"
    BACKUP_NOTE        "backup_note_wrong"   Refused     final  "as_said"          "client_backup_note_wrong"
    NO_BACKUP          "no_backup"           Refused     final  "reload"           "client_no_backup"
    BACKUP_PROTECTED   "backup_protected"    Refused     final  "as_said"          "client_backup_protected"
    BACKUP_PROTECT_QUOTA "backup_protect_quota"
                                             Refused     final  "as_said"          "client_backup_protect_quota"
    BACKUP_UNMARKED    "backup_unmarked"     Refused     final  "task"             "client_backup_unmarked"
    BACKUPS_MISSED     "backups_missed"      Found       final  "backups_missed"   -

    // restores
    BACKUP_ENCRYPTED   "backup_encrypted"    Refused     final  "backup_encrypted" "client_backup_unreadable"
    BACKUP_UNREADABLE  "backup_unreadable"   Refused     final  "look"             "client_backup_unreadable"
    BACKUP_FOREIGN     "backup_foreign"      Refused     final  "look"             "client_no_backup"
    BACKUP_ELSEWHERE   "backup_elsewhere"    Refused     final  "look"             "client_backup_elsewhere"
    BACKUP_LARGER      "backup_larger"       Refused     final  "product"          "client_backup_larger"
    RESTORE_SPACE      "restore_space"       Refused     final  "capacity"         "client_restore_space"
    RESTORE_LATE       "restore_late"        Refused     final  "look"             "client_restore_late"
    RESTORE_NOT_DONE   "restore_not_done"    Pve         final  "task"             "client_restore_not_done"
    RESTORE_TORN       "restore_torn"        Pve         final  "restore_torn"     "client_restore_torn"
    BESIDE_THERE       "beside_there"        Refused     final  "look"             "client_beside_there"
    NO_BESIDE          "no_beside"           Refused     final  "reload"           "client_no_beside"
    BESIDE_SPACE       "beside_space"        Refused     final  "capacity"         "client_beside_space"
    BESIDE_BRIDGE      "beside_bridge"       Refused     final  "as_said"          "client_beside_bridge"
    BESIDE_DHCP        "beside_dhcp"         Refused     final  "as_said"          "client_beside_dhcp"
    BESIDE_LOSES       "beside_loses"        Refused     final  "look"             "client_beside_loses"

    // Proxmox VE
    PVE_UNREACHABLE    "pve_unreachable"     Unreachable retry  "unreachable"      "client_unreachable"
    PVE_SILENT         "pve_silent"          Unreachable retry  "unreachable"      "client_unreachable"
    PVE_NO_TIME        "pve_no_time"         Unreachable retry  "unreachable"      "client_unreachable"
    PVE_NO_ANSWER      "pve_no_answer"       Unreachable retry  "unreachable"      -
    PVE_NOT_TRUSTED    "pve_not_trusted"     Unreachable final  "certificate"      -
    PVE_UNEXPECTED     "pve_unexpected"      Unreachable retry  "task"             -
    PVE_LOGIN          "pve_login"           Pve         final  "login"            -
    PVE_PERMISSION     "pve_permission"      Pve         final  "permission"       -
    PVE_REFUSED        "pve_refused"         Pve         retry  "task"             -
    PVE_REJECTED       "pve_rejected"        Pve         final  "rejected"         -
    TASK_FAILED        "task_failed"         Pve         retry  "task"             -
    UNSETTLED          "unsettled"           Pve         retry  "task"             -

    // the set-up
    SET_UP_USER        "set_up_user"         Invalid     final  "set_up_user"      -
    TEMPLATE_IMAGE     "template_image"      Invalid     final  "template_image"   -
    TEMPLATE_PLACE     "template_place"      Refused     final  "template_place"   -

    // the store
    STORE              "store"               Store       retry  "store"            -
    STORE_FULL         "store_full"          Store       retry  "store"            -
    STORE_UNREACHABLE  "store_unreachable"   Store       retry  "store"            -
    STORE_BACKUP       "store_backup"        Store       final  "store"            -
    STORE_NOT_USABLE   "store_not_usable"    Store       final  "store_user"       -
    STORE_LOCATION     "store_location"      Invalid     final  "location"         -
    STORE_REPLACED     "store_replaced"      Store       final  "restart"          -
    STORE_FORKED       "store_forked"        Store       final  "fork"             -
    STORE_NEWER        "store_newer"         Store       final  "newer"            -
    STORE_DAMAGED      "store_damaged"       Store       final  "restore"          -
    STORE_RECORD       "store_record"        Store       final  "restore"          -
    STORE_OTHER_HOME   "store_other_home"    Store       final  "home"             -
    STORE_ADDRESS_CHANGED "store_address_changed" Store final "home"             -
    NO_COPY            "no_copy"             Store       final  "home"             -
    STORE_NOT_EMPTY    "store_not_empty"     Store       final  "move"             -
    STORE_UNFINISHED   "store_unfinished"    Store       final  "move"             -
    STORE_IN_USE       "store_in_use"        Store       retry  "move"             -

    // DNS. What a client asks is where a name leads, when it wants it as a reverse name.
    BAD_ZONE           "bad_zone"            Invalid     final  "dns_config"       -
    DNS_CONFIG         "dns_config"          Dns         final  "dns_config"       -
    DNS_NO_RESOLVER    "dns_no_resolver"     Dns         final  "dns_resolver"     "client_rdns_unknown"
    DNS_NOT_TRUSTED    "dns_not_trusted"     Dns         final  "dns_config"       -
    DNS_KEY            "dns_key"             Dns         final  "dns_key"          -
    DNS_PERMISSION     "dns_permission"      Dns         final  "dns_permission"   -
    DNS_REFUSED        "dns_refused"         Dns         final  "dns_permission"   -
    DNS_ZONE_MISSING   "dns_zone_missing"    Dns         final  "dns_zone"         -
    DNS_ZONE_GONE      "dns_zone_gone"       Dns         final  "dns_zone_gone"    -
    DNS_CONFLICT       "dns_conflict"        Dns         final  "dns_conflict"     -
    DNS_NAME           "dns_name"            Dns         final  "dns_name"         -
    DNS_UNREACHABLE    "dns_unreachable"     Dns         retry  "dns_unreachable"  "client_rdns_unknown"
    DNS_NO_ANSWER      "dns_no_answer"       Dns         retry  "dns_unreachable"  "client_rdns_unknown"
    DNS_UNEXPECTED     "dns_unexpected"      Dns         retry  "dns_unreachable"  "client_rdns_unknown"
    DNS_RATE_LIMITED   "dns_rate_limited"    Dns         retry  "dns_unreachable"  -
    DNS_CHANGED        "dns_changed"         Dns         retry  "dns_unreachable"  -
    DNS_OUT_OF_TIME    "dns_out_of_time"     Dns         retry  "dns_unreachable"  "client_rdns_unknown"
    DNS_STORE          "dns_store"           Dns         retry  "store"            -

    // what others were to hear of
    WHMCS_NOT_TOLD     "whmcs_not_told"      Found       retry  "not_told"         -
    MAIL_NOT_SENT      "mail_not_sent"       Found       retry  "mail"             -

    // what only the check finds
    UNREADABLE         "unreadable"          Found       final  "restore"          -
    ADDRESS_HELD       "address_held"        Found       final  "repair"           -
    SHOWN_WRONG        "shown_wrong"         Found       final  "repair"           -
    MOVED              "moved"               Found       final  "repair"           -
    GONE               "gone"                Found       final  "create"           -
    NOT_SUSPENDED      "not_suspended"       Found       final  "suspend"          -
    STILL_SUSPENDED    "still_suspended"     Found       final  "suspend"          -
    UNKNOWN            "unknown"             Found       final  "unknown"          -
    VM_MISSING         "vm_missing"          Found       final  "rebuild"          -
    RENAMED            "renamed"             Found       final  "rename"           -
    PACKAGE            "package"             Found       final  "package"          -
    PACKAGE_STORAGE    "package_storage"     Found       final  "move_disk"        -
    LOCAL_CD           "local_cd"            Found       final  "local_cd"         -
    BACKUPS_LEFT       "backups_left"        Found       final  "left_over"        -
    SEEDS_LEFT         "seeds_left"          Found       final  "left_over"        -
    UNREAD             "unread"              Found       final  "unreachable"      -
}
