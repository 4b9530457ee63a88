//! The zones of SDN, as far as the login may see them.

use super::client::{Client, Request};
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use serde_json::Value;
use std::collections::BTreeMap;

/// Of a bridge in `/etc/network/interfaces`, and of a zone.
pub(super) const NO_LEARNING: &str = "bridge-disable-mac-learning";

/// A zone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ZoneSeen {
    /// Whether its vnets learn no MACs.
    pub learns_no_macs: bool,
    /// Whether it gives addresses by DHCP, each to a MAC.
    pub has_dhcp: bool,
}

impl Client {
    /// `GET /cluster/sdn/zones`: those that the login may audit (SDN.Audit on `/sdn/zones/{zone}`); none before PVE had them.
    pub fn zones(&self) -> Result<BTreeMap<String, ZoneSeen>, Error> {
        let request = Request::new(Method::Get, "/cluster/sdn/zones".to_owned(), Kind::Cluster);
        let data = match self.request(&request) {
            Err(Error::Refused { .. }) => return Ok(BTreeMap::new()),
            answer => answer?,
        };
        let zone = |entry: &Value| {
            let seen = ZoneSeen {
                learns_no_macs: is_set(&entry[NO_LEARNING]),
                has_dhcp: is_set(&entry["dhcp"]),
            };
            Some((entry["zone"].as_str()?.to_owned(), seen))
        };
        Ok(data.as_array().into_iter().flatten().filter_map(zone).collect())
    }
}

/// As Perl sees it: whatever is there, but for `0` and nothing.
pub(super) fn is_set(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.is_empty() && text != "0",
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Bool(yes) => *yes,
        _ => false,
    }
}
