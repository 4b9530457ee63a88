//! Property strings: parsing, printing, and the words of a refusal.

use pvesim::{Cluster, Options, Request, parse_drive, parse_net};

const SECRET: &str = "11111111-2222-3333-4444-555555555555";

fn error(key: &str, value: &str) -> String {
    let mut c = Cluster::new(
        Options {
            schema: false,
            ..Options::default()
        },
        1_800_000_000.0,
    );
    let request = Request::new("PUT", "/nodes/pve1/qemu/9000/config")
        .token("root@pam!sim", SECRET)
        .form(&[(key, value)]);
    let reply = c.handle(&request, 1_800_000_001.0);
    reply.value()["errors"][key].as_str().unwrap_or_default().to_owned()
}

#[test]
fn nics() {
    let net = parse_net("virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=5,rate=12.5").expect("parses");
    assert_eq!(
        (net.main.as_str(), net.get("macaddr"), net.get("tag")),
        ("virtio", Some("BC:24:11:00:00:01"), Some("5"))
    );
    assert_eq!(
        error("net0", "virtio,bridge=vmbr0,tag=5000"),
        "invalid format - format error\nnet0.tag: value must have a maximum value of 4094\n"
    );
    assert!(error("net0", "virtio=01:00:00:00:00:01,bridge=vmbr0").contains("valid unicast MAC address\n\n"));
    assert!(error("net0", "virtio,bridge=vmbr0,speed=1").contains("net0.speed: property is not defined in schema"));
    assert!(error("net32", "virtio").starts_with("property is not defined in schema"));
}

#[test]
fn drives() {
    let d = parse_drive("local:101/vm-101-disk-0.qcow2,size=2G,mbps_rd=10");
    assert_eq!(
        (d.main.as_str(), d.get("size")),
        ("local:101/vm-101-disk-0.qcow2", Some("2G"))
    );
    assert_eq!(d.print(), "local:101/vm-101-disk-0.qcow2,mbps_rd=10,size=2G");
    assert!(
        error("scsi0", "local:1,iops_rd=many").contains("scsi0.iops_rd: type check ('integer') failed - got 'many'")
    );
    assert!(error("scsi0", "local:1,cache=fast").contains("does not have a value in the enumeration"));
}

#[test]
fn addresses() {
    assert!(error("ipconfig0", "ip=10.0.0.5").contains("value does not look like a valid ipv4 network configuration"));
    let missing = "invalid format - format error\nipconfig1.ip: missing property required by 'ipconfig1.gw'\n";
    assert_eq!(error("ipconfig1", "gw=10.0.0.1"), missing);
    assert_eq!(
        error(
            "ipconfig0",
            "ip=10.0.0.5/24,gw=10.0.0.1,ip6=2001:db8::5/64,gw6=2001:db8::1"
        ),
        ""
    );
}

#[test]
fn parameters_by_mistake_are_refused_without_the_schema() {
    let mut c = Cluster::new(
        Options {
            schema: false,
            ..Options::default()
        },
        1_800_000_000.0,
    );
    assert!(!c.schema_checked());
    let request = Request::new("POST", "/nodes/pve1/qemu/9000/clone").token("root@pam!sim", SECRET);
    let reply = c.handle(
        &request.form(&[("newid", "101"), ("full", "true"), ("cores", "2")]),
        1_800_000_001.0,
    );
    let errors = &reply.value()["errors"];
    assert_eq!(reply.status, 400);
    assert_eq!(errors["full"], "type check ('boolean') failed - got 'true'");
    assert!(
        errors["cores"]
            .as_str()
            .is_some_and(|e| e.starts_with("property is not defined"))
    );
    assert_eq!(c.counters.bad_parameters, 1);
}
