//! What goes together in a rule, and what Proxmox VE would refuse.

use super::names::{is_message, is_service, message};
use super::values::{check_addresses, check_ports};
use super::{ICMP, LOG_LEVELS, PROTOCOLS_WITH_PORTS, Rule, Target};
use crate::words::ids::quoted;

impl Rule {
    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(iface) = &self.iface {
            let digits = iface.strip_prefix("net").unwrap_or_default();
            if digits.is_empty() || digits.len() > 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(format!(
                    "-i names a NIC of the guest, net0 and so on, not {}",
                    quoted(iface)
                ));
            }
        }
        if matches!(self.target, Target::Group(_)) && self.values().iter().any(|(name, _)| *name != "iface") {
            return Err("a GROUP rule takes no option but -i".to_owned());
        }
        if let Some(level) = self.log.as_deref().filter(|l| !LOG_LEVELS.contains(l)) {
            return Err(format!(
                "-log is one of {}, not {}",
                LOG_LEVELS.join(", "),
                quoted(level)
            ));
        }
        self.check_protocol()?;
        self.check_families()
    }

    fn check_protocol(&self) -> Result<(), String> {
        let proto = self.proto.as_deref();
        if let Some(bad) = proto.filter(|p| !p.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.+".contains(&b))) {
            return Err(format!(
                "-p is a protocol such as tcp, udp or icmp, not {}",
                quoted(bad)
            ));
        }
        let is_icmp = proto.is_some_and(|p| ICMP.contains(&p));
        for (name, value) in [("-dport", &self.dport), ("-sport", &self.sport)] {
            let Some(ports) = value else { continue };
            let proto = proto.ok_or_else(|| format!("{name} needs a protocol: add -p tcp or -p udp"))?;
            // PVE lets -dport of an ICMP rule hold the message's name
            let has_ports = PROTOCOLS_WITH_PORTS.contains(&proto) || (is_icmp && name == "-dport");
            if !has_ports {
                return Err(format!("the protocol {proto} has no ports, so {name} is not possible"));
            }
            let is_known = |word: &str| match proto {
                "icmp" => message(word, false).is_some(),
                _ if is_icmp => message(word, true).is_some(),
                _ => is_service(word, proto),
            };
            check_ports(name, ports, is_known)?;
        }
        let Some(icmp_type) = &self.icmp_type else {
            return Ok(());
        };
        if !is_icmp {
            return Err("-icmp-type needs -p icmp or -p icmpv6".to_owned());
        }
        if self.dport.is_some() {
            return Err("-icmp-type and -dport exclude each other".to_owned());
        }
        if !is_message(icmp_type, proto != Some("icmp")) {
            return Err(format!(
                "-icmp-type is one of the names that PVE has for {}, such as echo-request, not {}",
                proto.unwrap_or_default(),
                quoted(icmp_type)
            ));
        }
        Ok(())
    }

    fn check_families(&self) -> Result<(), String> {
        let by_proto = match self.proto.as_deref() {
            Some("icmp") => Some(4),
            Some("icmpv6" | "ipv6-icmp") => Some(6),
            _ => None,
        };
        let mut families = vec![by_proto];
        for (name, value) in [("-source", &self.source), ("-dest", &self.dest)] {
            if let Some(list) = value {
                families.push(check_addresses(name, list)?);
            }
        }
        let mut known = families.into_iter().flatten();
        let first = known.next();
        if known.any(|family| Some(family) != first) {
            return Err("the rule mixes IPv4 and IPv6: write one rule for each".to_owned());
        }
        Ok(())
    }
}
