//! Which endpoint is answered by what: one table. Permissions are those of the API schema; the parameter line is used when
//! the schema file is not there.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::access::Who;
use crate::cluster::Cluster;
use crate::schema::Specs;
use crate::types::{Outcome, Params};
use crate::{
    access, access_api, agent, clone, cloudinit, cluster_api, console, create, destroy, disks, firewall, fwsets,
    guestconf, ha, images, nodes_api, power, restore, snapshots, storage_api, tasks_api, update, upload, vzdump,
};

/// Is the request proxied to the node in its path (which may be unknown or down)?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proxy {
    /// Answered anywhere.
    No,
    /// Needs the node.
    Node,
}

type Run = fn(&mut Cluster, &mut Ctx) -> Outcome;

/// One endpoint.
pub struct Route {
    /// Method.
    pub method: &'static str,
    /// Path as in the schema.
    pub pattern: &'static str,
    /// ACL path.
    pub perm_path: &'static str,
    /// Privileges, any of; empty: every user.
    pub privs: &'static str,
    /// Parameters without those of the path.
    pub params: &'static str,
    /// Proxied?
    pub proxy: Proxy,
    /// Handler.
    pub run: Run,
}

/// What a handler gets.
pub struct Ctx {
    pub(crate) who: Option<Who>,
    pub(crate) uri: BTreeMap<&'static str, String>,
    /// Parameters of query and body.
    pub params: Params,
    /// VMID of the path, 0 without.
    pub vmid: u32,
    /// Pattern of the route.
    pub pattern: &'static str,
    /// The address that was asked.
    pub endpoint: u16,
}

impl Ctx {
    pub(crate) fn new(who: Option<Who>, uri: BTreeMap<&'static str, String>, params: Params, route: &Route) -> Self {
        Self {
            who,
            uri,
            params,
            vmid: 0,
            pattern: route.pattern,
            endpoint: 0,
        }
    }

    /// A path variable.
    pub fn uri(&self, name: &str) -> &str {
        self.uri.get(name).map_or("", String::as_str)
    }

    /// The node of the path.
    pub fn node(&self) -> String {
        self.uri("node").to_owned()
    }

    /// The caller.
    pub fn who(&self) -> Who {
        self.who.clone().unwrap_or(Who {
            user: "root@pam".into(),
            token: None,
        })
    }
}

const CONFIG: &str = "VM.Config.Disk|VM.Config.CDROM|VM.Config.CPU|VM.Config.Memory|VM.Config.Network|VM.Config.HWType|\
                      VM.Config.Options|VM.Config.Cloudinit";
const AGENT: &str = "VM.GuestAgent.Audit|VM.GuestAgent.Unrestricted";
macro_rules! fw_rule {
    () => {
        "comment dest:pve-fw-addr-spec digest:str#64 dport:pve-fw-dport-spec enable:int(0..) \
    icmp-type iface log:enum(emerg|alert|crit|err|warning|notice|info|debug|nolog) macro:str#128 pos:int(0..) \
    proto:pve-fw-protocol-spec source:pve-fw-addr-spec sport:pve-fw-sport-spec"
    };
}
macro_rules! disk_names {
    () => {
        "re/(ide[0-3]|scsi([0-9]|1[0-9]|2[0-9]|30)|virtio([0-9]|1[0-5])|sata[0-5]|efidisk0|tpmstate0)/"
    };
}

/// Config options of a VM, for PUT, POST and create.
pub const VM_OPTIONS: &str = "acpi:bool affinity agent args autostart:bool balloon:int(0..) bios:enum(seabios|ovmf) boot \
    bootdisk cdrom cicustom cipassword citype:enum(configdrive2|nocloud|opennebula) ciupgrade:bool ciuser \
    cores:int(1..) cpu:pve-vm-cpu-conf cpulimit:num(0..128) cpuunits:int(1..262144) description:str#8192 efidisk0 \
    freeze:bool hookscript hostpci[n] hotplug hugepages ide[n] ipconfig[n]:pve-qm-ipconfig keyboard kvm:bool \
    localtime:bool lock machine memory name:dns-name nameserver:address-list net[n] numa:bool numa[n] onboot:bool \
    ostype parallel[n] protection:bool reboot:bool rng0 sata[n] scsi[n] \
    scsihw:enum(lsi|lsi53c810|virtio-scsi-pci|virtio-scsi-single|megasas|pvscsi) searchdomain serial[n] \
    shares:int(0..50000) smbios1:str#512 smp:int(1..) sockets:int(1..) sshkeys:urlencoded startdate startup \
    tablet:bool tags:pve-tag-list tdf:bool template:bool tpmstate0 unused[n] usb[n] vcpus:int(1..) vga virtio[n] \
    vmgenid vmstatestorage watchdog";
const UPDATE: &str = "digest:str#40 delete:pve-configid-list revert:pve-configid-list force:bool skiplock:bool \
    background_delay:int(1..30) import-working-storage";

macro_rules! table {
    ($($method:literal $pattern:literal, $perm:literal $privs:expr, $proxy:ident, $params:expr, $run:expr;)*) => {
        vec![$(Route {
            method: $method, pattern: $pattern, perm_path: $perm, privs: $privs, params: $params,
            proxy: Proxy::$proxy, run: $run,
        }),*]
    };
}

fn vm_routes() -> Vec<Route> {
    table! {
        "GET" "/nodes/{node}/qemu", "" "", Node, "full:bool", guestconf::list;
        "POST" "/nodes/{node}/qemu", "" "", Node, "*", create::create;
        "GET" "/nodes/{node}/qemu/{vmid}", "/vms/{vmid}" "VM.Audit", Node, "", guestconf::index;
        "DELETE" "/nodes/{node}/qemu/{vmid}", "/vms/{vmid}" "VM.Allocate", Node,
            "purge:bool destroy-unreferenced-disks:bool skiplock:bool", destroy::destroy;
        "GET" "/nodes/{node}/qemu/{vmid}/config", "/vms/{vmid}" "VM.Audit", Node,
            "current:bool snapshot:pve-configid", guestconf::config;
        "PUT" "/nodes/{node}/qemu/{vmid}/config", "/vms/{vmid}" CONFIG, Node, "*", update::put;
        "POST" "/nodes/{node}/qemu/{vmid}/config", "/vms/{vmid}" CONFIG, Node, "*", update::post;
        "GET" "/nodes/{node}/qemu/{vmid}/pending", "/vms/{vmid}" "VM.Audit", Node, "", guestconf::pending;
        "GET" "/nodes/{node}/qemu/{vmid}/status", "" "", No, "", guestconf::status_index;
        "GET" "/nodes/{node}/qemu/{vmid}/status/current", "/vms/{vmid}" "VM.Audit", Node, "", guestconf::current;
        "POST" "/nodes/{node}/qemu/{vmid}/status/start", "/vms/{vmid}" "VM.PowerMgmt", Node,
            "skiplock:bool timeout:int(0..) machine force-cpu", power::start;
        "POST" "/nodes/{node}/qemu/{vmid}/status/stop", "/vms/{vmid}" "VM.PowerMgmt", Node,
            "skiplock:bool timeout:int(0..) keepActive:bool overrule-shutdown:bool", power::stop;
        "POST" "/nodes/{node}/qemu/{vmid}/status/shutdown", "/vms/{vmid}" "VM.PowerMgmt", Node,
            "skiplock:bool timeout:int(0..) keepActive:bool forceStop:bool", power::shutdown;
        "POST" "/nodes/{node}/qemu/{vmid}/status/reboot", "/vms/{vmid}" "VM.PowerMgmt", Node, "timeout:int(0..)",
            power::reboot;
        "POST" "/nodes/{node}/qemu/{vmid}/status/reset", "/vms/{vmid}" "VM.PowerMgmt", Node, "skiplock:bool", power::reset;
        "POST" "/nodes/{node}/qemu/{vmid}/status/suspend", "/vms/{vmid}" "VM.PowerMgmt", Node,
            "skiplock:bool todisk:bool statestorage", power::suspend;
        "POST" "/nodes/{node}/qemu/{vmid}/status/resume", "/vms/{vmid}" "VM.PowerMgmt", Node,
            "skiplock:bool nocheck:bool", power::resume;
        "PUT" "/nodes/{node}/qemu/{vmid}/resize", "/vms/{vmid}" "VM.Config.Disk", Node,
            concat!("disk!:", disk_names!(), " size!:re/\\+?\\d+(\\.\\d+)?[KMGT]?/ digest:str#40 skiplock:bool"), disks::resize;
        "PUT" "/nodes/{node}/qemu/{vmid}/unlink", "/vms/{vmid}" "VM.Config.Disk", Node,
            "idlist!:pve-configid-list force:bool", disks::unlink;
        "POST" "/nodes/{node}/qemu/{vmid}/move_disk", "/vms/{vmid}" "VM.Config.Disk", Node,
            concat!("disk!:", disk_names!(), " storage format:enum(raw|qcow2|vmdk) delete:bool digest:str#40 bwlimit:int(0..)"),
            disks::move_disk;
        "POST" "/nodes/{node}/qemu/{vmid}/clone", "/vms/{vmid}" "VM.Clone", Node,
            "newid!:vmid full:bool name:dns-name description storage:pve-storage-id format:enum(raw|qcow2|vmdk) \
             target:pve-node pool:pve-poolid snapname:pve-configid bwlimit:int(0..)", clone::clone;
        "POST" "/nodes/{node}/qemu/{vmid}/template", "/vms/{vmid}" "VM.Allocate", Node, "disk", create::template;
        "POST" "/nodes/{node}/qemu/{vmid}/migrate", "/vms/{vmid}" "VM.Migrate", Node,
            "target!:pve-node online:bool force:bool with-local-disks:bool targetstorage bwlimit:int(0..)", create::migrate;
        "GET" "/nodes/{node}/qemu/{vmid}/feature", "/vms/{vmid}" "VM.Audit", Node,
            "feature!:enum(snapshot|clone|copy) snapname", guestconf::feature;
        "GET" "/nodes/{node}/qemu/{vmid}/rrddata", "/vms/{vmid}" "VM.Audit", Node,
            "timeframe!:enum(hour|day|week|month|year|decade) cf:enum(AVERAGE|MAX)", nodes_api::vm_rrd;
        "GET" "/nodes/{node}/qemu/{vmid}/cloudinit", "/vms/{vmid}" "VM.Audit", Node, "", cloudinit::pending;
        "PUT" "/nodes/{node}/qemu/{vmid}/cloudinit", "/vms/{vmid}" "VM.Config.Cloudinit", Node, "", cloudinit::regenerate;
        "GET" "/nodes/{node}/qemu/{vmid}/cloudinit/dump", "/vms/{vmid}" "VM.Audit", Node,
            "type!:enum(user|network|meta)", cloudinit::dump;
        "POST" "/nodes/{node}/qemu/{vmid}/agent/exec", "/vms/{vmid}" "VM.GuestAgent.Unrestricted", Node,
            "command input-data", agent::exec;
        "GET" "/nodes/{node}/qemu/{vmid}/agent/exec-status", "/vms/{vmid}" "VM.GuestAgent.Unrestricted", Node,
            "pid!:int", agent::exec_status;
        "GET" "/nodes/{node}/qemu/{vmid}/agent", "/vms/{vmid}" AGENT, Node, "", agent::index;
        "GET" "/nodes/{node}/qemu/{vmid}/agent/{command}", "/vms/{vmid}" AGENT, Node, "pid:int", agent::get;
        "POST" "/nodes/{node}/qemu/{vmid}/agent/set-user-password", "/vms/{vmid}" "VM.GuestAgent.Unrestricted", Node,
            "username!:str password!:str crypted:bool", agent::set_user_password;
        "POST" "/nodes/{node}/qemu/{vmid}/agent/{command}", "/vms/{vmid}" AGENT, Node,
            "command:list input-data username password crypted:bool file content encode:bool", agent::post;
        "POST" "/nodes/{node}/qemu/{vmid}/vncproxy", "/vms/{vmid}" "VM.Console", No, "websocket:bool generate-password:bool",
            console::vncproxy;
        "POST" "/nodes/{node}/qemu/{vmid}/termproxy", "/vms/{vmid}" "VM.Console", No,
            "serial:enum(serial0|serial1|serial2|serial3)", console::termproxy;
        "GET" "/nodes/{node}/qemu/{vmid}/vncwebsocket", "/vms/{vmid}" "VM.Console", No,
            "vncticket!:str#512 port!:int(5900..5999)", console::vncwebsocket;
        "GET" "/nodes/{node}/qemu/{vmid}/snapshot", "/vms/{vmid}" "VM.Audit", Node, "", snapshots::list;
        "POST" "/nodes/{node}/qemu/{vmid}/snapshot", "/vms/{vmid}" "VM.Snapshot", Node,
            "snapname!:pve-configid description vmstate:bool", snapshots::create;
        "GET" "/nodes/{node}/qemu/{vmid}/snapshot/{snapname}", "" "", No, "", snapshots::index;
        "DELETE" "/nodes/{node}/qemu/{vmid}/snapshot/{snapname}", "/vms/{vmid}" "VM.Snapshot", Node, "force:bool",
            snapshots::delete;
        "GET" "/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config", "/vms/{vmid}"
            "VM.Snapshot|VM.Snapshot.Rollback|VM.Audit", Node, "", snapshots::config;
        "PUT" "/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/config", "/vms/{vmid}" "VM.Snapshot", Node, "description",
            snapshots::set_config;
        "POST" "/nodes/{node}/qemu/{vmid}/snapshot/{snapname}/rollback", "/vms/{vmid}"
            "VM.Snapshot|VM.Snapshot.Rollback", Node, "start:bool", snapshots::rollback;
    }
}

fn firewall_routes() -> Vec<Route> {
    let mut all = table! {
        "GET" "/nodes/{node}/qemu/{vmid}/firewall", "" "", No, "", firewall::index;
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/log", "/vms/{vmid}" "VM.Console", Node,
            "start:int limit:int since:int until:int", firewall::log;
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/refs", "/vms/{vmid}" "VM.Audit", No, "type:enum(alias|ipset)",
            firewall::refs;
        "GET" "/cluster/firewall/groups", "/" "Sys.Audit", No, "", fwsets::groups;
        "POST" "/cluster/firewall/groups", "/" "Sys.Modify", No, "group! comment rename digest", fwsets::group_create;
        "DELETE" "/cluster/firewall/groups/{group}", "/" "Sys.Modify", No, "", fwsets::group_delete;
        "GET" "/cluster/firewall/groups/{group}", "/" "Sys.Audit", No, "", fwsets::group_rules;
        "POST" "/cluster/firewall/groups/{group}", "/" "Sys.Modify", No,
            concat!("type!:enum(in|out|forward|group) action!:str#20 ", fw_rule!()), firewall::rule_add;
        "DELETE" "/cluster/firewall/groups/{group}/{pos}", "/" "Sys.Modify", No, "digest", firewall::rule_delete;
    };
    all.extend(table! {
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/options", "/vms/{vmid}" "VM.Audit", No, "", firewall::options;
        "PUT" "/nodes/{node}/qemu/{vmid}/firewall/options", "/vms/{vmid}" "VM.Config.Network", No,
            "enable:bool dhcp:bool digest:str#64 ipfilter:bool macfilter:bool ndp:bool radv:bool delete \
             policy_in:enum(ACCEPT|REJECT|DROP) policy_out:enum(ACCEPT|REJECT|DROP) log_level_in log_level_out",
            firewall::options_set;
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/rules", "/vms/{vmid}" "VM.Audit", No, "", firewall::rules;
        "POST" "/nodes/{node}/qemu/{vmid}/firewall/rules", "/vms/{vmid}" "VM.Config.Network", No,
            concat!("type!:enum(in|out|forward|group) action!:str#20 ", fw_rule!()), firewall::rule_add;
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/rules/{pos}", "/vms/{vmid}" "VM.Audit", No, "", firewall::rule_get;
        "PUT" "/nodes/{node}/qemu/{vmid}/firewall/rules/{pos}", "/vms/{vmid}" "VM.Config.Network", No,
            concat!("type:enum(in|out|forward|group) action:str#20 moveto:int(0..) delete ", fw_rule!()), firewall::rule_set;
        "DELETE" "/nodes/{node}/qemu/{vmid}/firewall/rules/{pos}", "/vms/{vmid}" "VM.Config.Network", No, "digest:str#64",
            firewall::rule_delete;
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/ipset", "/vms/{vmid}" "VM.Audit", No, "", fwsets::sets;
        "POST" "/nodes/{node}/qemu/{vmid}/firewall/ipset", "/vms/{vmid}" "VM.Config.Network", No,
            "name!:re/[A-Za-z][A-Za-z0-9\\-\\_]+/ comment digest:str#64 rename", fwsets::set_create;
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}", "/vms/{vmid}" "VM.Audit", No, "", fwsets::set_get;
        "POST" "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}", "/vms/{vmid}" "VM.Config.Network", No,
            "cidr!:IPorCIDRorAlias comment nomatch:bool", fwsets::entry_add;
        "DELETE" "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}", "/vms/{vmid}" "VM.Config.Network", No, "force:bool",
            fwsets::set_delete;
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}/{cidr}", "/vms/{vmid}" "VM.Audit", No, "", fwsets::entry_get;
        "PUT" "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}/{cidr}", "/vms/{vmid}" "VM.Config.Network", No,
            "comment nomatch:bool digest:str#64", fwsets::entry_set;
        "DELETE" "/nodes/{node}/qemu/{vmid}/firewall/ipset/{name}/{cidr}", "/vms/{vmid}" "VM.Config.Network", No,
            "digest:str#64", fwsets::entry_delete;
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/aliases", "/vms/{vmid}" "VM.Audit", No, "", fwsets::aliases;
        "POST" "/nodes/{node}/qemu/{vmid}/firewall/aliases", "/vms/{vmid}" "VM.Config.Network", No,
            "name!:str#64 cidr!:IPorCIDR comment", fwsets::alias_add;
        "GET" "/nodes/{node}/qemu/{vmid}/firewall/aliases/{name}", "/vms/{vmid}" "VM.Audit", No, "", fwsets::alias_get;
        "PUT" "/nodes/{node}/qemu/{vmid}/firewall/aliases/{name}", "/vms/{vmid}" "VM.Config.Network", No,
            "cidr!:IPorCIDR comment rename digest:str#64", fwsets::alias_set;
        "DELETE" "/nodes/{node}/qemu/{vmid}/firewall/aliases/{name}", "/vms/{vmid}" "VM.Config.Network", No,
            "digest:str#64", fwsets::alias_delete;
    });
    all.extend(table! {
        "GET" "/cluster/firewall/options", "/" "Sys.Audit", No, "", firewall::options;
        "PUT" "/cluster/firewall/options", "/" "Sys.Modify", No,
            "delete digest ebtables enable log_ratelimit policy_forward policy_in policy_out", firewall::options_set;
        "GET" "/cluster/firewall/rules", "/" "Sys.Audit", No, "", firewall::rules;
        "GET" "/cluster/firewall/ipset", "/" "Sys.Audit", No, "", fwsets::sets;
        "POST" "/cluster/firewall/ipset", "/" "Sys.Modify", No, "name! comment digest rename", fwsets::set_create;
        "GET" "/cluster/firewall/ipset/{name}", "/" "Sys.Audit", No, "", fwsets::set_get;
        "POST" "/cluster/firewall/ipset/{name}", "/" "Sys.Modify", No, "cidr!:IPorCIDRorAlias comment nomatch:bool",
            fwsets::entry_add;
        "DELETE" "/cluster/firewall/ipset/{name}", "/" "Sys.Modify", No, "force:bool", fwsets::set_delete;
        "DELETE" "/cluster/firewall/ipset/{name}/{cidr}", "/" "Sys.Modify", No, "digest", fwsets::entry_delete;
    });
    all
}

fn cluster_routes() -> Vec<Route> {
    table! {
        "GET" "/", "" "", No, "", cluster_api::root;
        "GET" "/version", "" "", No, "", cluster_api::version;
        "POST" "/access/ticket", "" "", No, "username! password! realm otp new-format:bool tfa-challenge path privs",
            access::login;
        "GET" "/access/permissions", "" "", No, "path userid", access::permissions;
        "GET" "/access/users", "" "", No, "enabled:bool full:bool", access_api::users;
        "POST" "/access/users", "/access/groups" "User.Modify", No,
            "userid! password:str comment email enable:bool expire:int(0..) firstname lastname groups keys",
            access_api::user_add;
        "PUT" "/access/users/{userid}", "/access/groups" "User.Modify", No,
            "enable:bool comment email expire:int(0..)", access_api::user_set;
        "DELETE" "/access/users/{userid}", "/access/groups" "User.Modify", No, "", access_api::user_delete;
        "GET" "/access/users/{userid}/token", "" "", No, "", access_api::tokens;
        "POST" "/access/users/{userid}/token/{tokenid}", "" "", No, "privsep:bool expire:int(0..) comment",
            access_api::token_add;
        "GET" "/access/roles", "" "", No, "", access_api::roles;
        "PUT" "/access/roles/{roleid}", "/access" "Sys.Modify", No, "privs:pve-priv-list append:bool", access_api::role_set;
        "POST" "/access/roles", "/access" "Sys.Modify", No, "roleid! privs:pve-priv-list", access_api::role_add;
        "DELETE" "/access/roles/{roleid}", "/access" "Sys.Modify", No, "", access_api::role_delete;
        "GET" "/access/acl", "" "", No, "", access_api::acl;
        "PUT" "/access/acl", "" "", No, "path! roles! users groups tokens propagate:bool delete:bool", access_api::acl_set;
        "GET" "/pools", "" "", No, "poolid type", cluster_api::pools;
        "POST" "/pools", "/pool" "Pool.Allocate", No, "poolid! comment", cluster_api::pool_add;
        "PUT" "/pools", "/pool" "Pool.Allocate", No, "poolid! vms storage comment delete:bool allow-move:bool",
            cluster_api::pool_set;
        "GET" "/pools/{poolid}", "/pool/{poolid}" "Pool.Audit", No, "type", cluster_api::pool_get;
        "DELETE" "/pools/{poolid}", "/pool" "Pool.Allocate", No, "", cluster_api::pool_delete;
        "GET" "/cluster/status", "/" "Sys.Audit", No, "", cluster_api::status;
        "GET" "/cluster/resources", "" "", No, "type:enum(vm|storage|node|sdn)", cluster_api::resources;
        "GET" "/cluster/nextid", "" "", No, "vmid:vmid", cluster_api::nextid;
        "GET" "/cluster/options", "" "", No, "", cluster_api::options;
        "GET" "/cluster/sdn/vnets", "" "", No, "pending:bool running:bool", cluster_api::vnets;
        "GET" "/cluster/sdn/zones", "" "", No, "pending:bool running:bool type", cluster_api::zones;
        "GET" "/cluster/tasks", "" "", No, "", tasks_api::cluster;
        "GET" "/cluster/replication", "" "", No, "", ha::replication;
        "GET" "/cluster/ha/resources", "/" "Sys.Audit", No, "type:enum(ct|vm)", ha::list;
        "POST" "/cluster/ha/resources", "/" "Sys.Console", No,
            "sid! state:enum(started|stopped|enabled|disabled|ignored) type group comment max_relocate:int max_restart:int \
             failback:bool", ha::add;
        "GET" "/cluster/ha/resources/{sid}", "/" "Sys.Audit", No, "", ha::get;
        "PUT" "/cluster/ha/resources/{sid}", "/" "Sys.Console", No, "state comment digest delete", ha::set;
        "DELETE" "/cluster/ha/resources/{sid}", "/" "Sys.Console", No, "purge:bool", ha::delete;
        "GET" "/cluster/backup", "/" "Sys.Audit", No, "", vzdump::jobs;
        "POST" "/cluster/backup", "" "", No,
            "id vmid storage schedule enabled:bool mode compress all:bool node comment mailto prune-backups", vzdump::job_add;
        "GET" "/cluster/backup/{id}", "/" "Sys.Audit", No, "", vzdump::job_get;
        "DELETE" "/cluster/backup/{id}", "/" "Sys.Modify", No, "", vzdump::job_delete;
    }
}

fn node_routes() -> Vec<Route> {
    table! {
        "GET" "/nodes", "" "", No, "", nodes_api::nodes;
        "GET" "/nodes/{node}/status", "/nodes/{node}" "Sys.Audit", Node, "", nodes_api::status;
        "GET" "/nodes/{node}/version", "" "", Node, "", cluster_api::version;
        "GET" "/nodes/{node}/firewall/options", "/nodes/{node}" "Sys.Audit", Node, "", nodes_api::firewall_options;
        "GET" "/nodes/{node}/services/{service}/state", "/nodes/{node}" "Sys.Audit", Node, "", nodes_api::service;
        "GET" "/nodes/{node}/apt/versions", "/nodes/{node}" "Sys.Audit", Node, "", nodes_api::packages;
        "GET" "/nodes/{node}/time", "/nodes/{node}" "Sys.Audit", Node, "", nodes_api::time;
        "GET" "/nodes/{node}/dns", "/nodes/{node}" "Sys.Audit", Node, "", nodes_api::dns;
        "GET" "/nodes/{node}/network", "" "", Node, "type", nodes_api::network;
        "GET" "/nodes/{node}/rrddata", "/nodes/{node}" "Sys.Audit", Node,
            "timeframe!:enum(hour|day|week|month|year|decade) cf:enum(AVERAGE|MAX)", nodes_api::node_rrd;
        "GET" "/nodes/{node}/lxc", "" "", Node, "", nodes_api::empty;
        "GET" "/nodes/{node}/tasks", "" "", Node,
            "errors:bool limit:int(0..) since:int source:enum(archive|active|all) start:int(0..) statusfilter typefilter \
             until:int userfilter vmid:vmid", tasks_api::list;
        "GET" "/nodes/{node}/tasks/{upid}", "" "", No, "", tasks_api::index;
        "DELETE" "/nodes/{node}/tasks/{upid}", "" "", Node, "", tasks_api::stop;
        "GET" "/nodes/{node}/tasks/{upid}/status", "" "", Node, "", tasks_api::status;
        "GET" "/nodes/{node}/tasks/{upid}/log", "" "", Node, "start:int(0..) limit:int(0..) download:bool", tasks_api::log;
        "POST" "/nodes/{node}/vzdump", "" "", Node,
            "vmid:pve-vmid-list storage mode:enum(snapshot|suspend|stop) compress:enum(0|1|gzip|lzo|zstd) remove:bool \
             notes-template bwlimit:int(0..) protected:bool all:bool mailto prune-backups mailnotification quiet:bool \
             notification-mode zstd:int pool exclude", vzdump::vzdump;
        "GET" "/nodes/{node}/replication", "" "", Node, "guest:vmid", ha::replication_on;
        "GET" "/nodes/{node}/vzdump/defaults", "" "", Node, "storage", vzdump::defaults;
        "GET" "/nodes/{node}/vzdump/extractconfig", "" "", Node, "volume!", restore::extract;
        "GET" "/storage", "" "", No, "type", storage_api::all;
        "POST" "/storage", "/storage" "Datastore.Allocate", No,
            "storage! type! path content nodes shared:bool disable:bool vgname thinpool pool server export",
            storage_api::add;
        "PUT" "/storage/{storage}", "/storage" "Datastore.Allocate", No, "content disable:bool nodes shared:bool digest delete",
            storage_api::set;
        "DELETE" "/storage/{storage}", "/storage" "Datastore.Allocate", No, "", storage_api::remove;
        "GET" "/nodes/{node}/storage", "" "", Node, "content enabled:bool format:bool storage target", storage_api::on_node;
        "GET" "/nodes/{node}/storage/{storage}/status", "/storage/{storage}" "Datastore.Audit|Datastore.AllocateSpace",
            Node, "", storage_api::status;
        "GET" "/nodes/{node}/storage/{storage}/content", "/storage/{storage}" "Datastore.Audit|Datastore.AllocateSpace",
            Node, "content vmid:vmid", storage_api::content;
        "POST" "/nodes/{node}/storage/{storage}/content", "/storage/{storage}" "Datastore.AllocateSpace", Node,
            "filename! size!:re/\\d+[MG]?/ vmid!:vmid format:enum(raw|qcow2|subvol|vmdk)", storage_api::alloc;
        "POST" "/nodes/{node}/storage/{storage}/download-url", "" "", Node,
            "url!:re/https?://.*/ content!:enum(iso|vztmpl|import) filename!:str#255 checksum compression \
             checksum-algorithm:enum(md5|sha1|sha224|sha256|sha384|sha512) verify-certificates:bool", images::download;
        "POST" "/nodes/{node}/storage/{storage}/upload", "/storage/{storage}" "Datastore.AllocateTemplate", No,
            "content!:enum(iso|vztmpl|import) filename!:str#255 tmpfilename checksum \
             checksum-algorithm:enum(md5|sha1|sha224|sha256|sha384|sha512)", upload::upload;
        "GET" "/nodes/{node}/storage/{storage}/content/{volume}", "" "", Node, "", storage_api::volume;
        "PUT" "/nodes/{node}/storage/{storage}/content/{volume}", "" "", Node, "notes protected:bool",
            storage_api::volume_set;
        "DELETE" "/nodes/{node}/storage/{storage}/content/{volume}", "" "", Node, "delay:int(1..30)", storage_api::volume_delete;
    }
}

/// The whole table.
pub fn table() -> &'static [Route] {
    static TABLE: OnceLock<Vec<Route>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut all = vm_routes();
        all.extend(firewall_routes());
        all.extend(cluster_routes());
        all.extend(node_routes());
        all
    })
}

/// The hand-written parameters of a route.
pub fn own_specs(route: &Route) -> Specs {
    let mut line = if route.params == "*" {
        let more = if route.method == "POST" && route.pattern.ends_with("/qemu") {
            "vmid!:vmid archive storage pool:pve-poolid start:bool unique:bool force:bool bwlimit:int(0..) \
             live-restore:bool import-working-storage"
        } else {
            UPDATE
        };
        format!("{VM_OPTIONS} {more}")
    } else {
        route.params.to_owned()
    };
    for part in route.pattern.split('/').filter_map(|p| p.strip_prefix('{')) {
        let name = part.trim_end_matches('}');
        let kind = match name {
            "vmid" => "vmid",
            "snapname" => "pve-configid",
            "pos" => "int(0..)",
            _ => "str",
        };
        line.push_str(&format!(" {name}!:{kind}"));
    }
    Specs::from_line(&line)
}

/// Finds the route of a request and its path variables. The content route takes the rest of the path as volume.
pub fn find(method: &str, segments: &[String]) -> Option<(&'static Route, BTreeMap<&'static str, String>)> {
    table()
        .iter()
        .filter(|r| r.method == method)
        .find_map(|r| Some((r, matches(r.pattern, segments)?)))
}

fn matches(pattern: &'static str, segments: &[String]) -> Option<BTreeMap<&'static str, String>> {
    let parts: Vec<&'static str> = pattern.split('/').filter(|s| !s.is_empty()).collect();
    let open = pattern.ends_with("/{volume}") && segments.len() > parts.len();
    if parts.len() != segments.len() && !open {
        return None;
    }
    let mut uri = BTreeMap::new();
    for (i, part) in parts.iter().enumerate() {
        match part.strip_prefix('{') {
            Some(name) => {
                let name = name.trim_end_matches('}');
                let value = if name == "volume" {
                    segments[i..].join("/")
                } else {
                    segments[i].clone()
                };
                if name == "command" && !crate::agent::knows(&value) {
                    return None;
                }
                uri.insert(name, value);
            }
            None if *part == segments[i] => {}
            None => return None,
        }
    }
    Some(uri)
}
