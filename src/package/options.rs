//! The options of a product, by their place: append only, since WHMCS stores nothing but the place.

use super::more::More;
use super::{Addressing, CloneType, Error, Firewall, NicModel, OPTIONS, Package, values};
use super::{Decimal, macros};
use crate::package::firewall_rules;
use crate::words::ids::Vmid;

/// The texts of the options.
pub(super) struct Options<'a>(pub(super) &'a [String]);

impl<'a> Options<'a> {
    /// The value of an option (from 1), or none when it is empty.
    fn read<T>(&self, number: usize, parse: impl Fn(&'a str) -> Result<T, String>) -> Result<Option<T>, Error> {
        match self.0.get(number - 1).map(|text| text.trim()) {
            None | Some("") => Ok(None),
            Some(text) => parse(text).map(Some).map_err(|sentence| error(number, sentence)),
        }
    }

    /// Puts the value of an option in its place unless it is empty.
    fn set<T>(&self, number: usize, place: &mut T, parse: impl Fn(&'a str) -> Result<T, String>) -> Result<(), Error> {
        if let Some(value) = self.read(number, parse)? {
            *place = value;
        }
        Ok(())
    }

    /// Option 2, unless `chosen` has taken its place.
    pub(super) fn template(&self, chosen: Option<Vmid>) -> Result<Vmid, Error> {
        let own = self.read(2, values::template)?;
        chosen
            .or(own)
            .ok_or_else(|| error(2, "it is missing: enter the VMID of a template".to_owned()))
    }

    /// All options but the template.
    pub(super) fn apply(&self, package: &mut Package) -> Result<(), Error> {
        self.set(1, &mut package.target_node, |t| {
            values::name_or_auto(t, "auto or the name of a node")
        })?;
        self.apply_storage(package)?;
        self.apply_network(package)?;
        self.set(5, &mut package.first_vmid, values::vmid)?;
        self.set(6, &mut package.cores, |t| {
            values::cores(t).map(|n| u32::try_from(n).unwrap_or(u32::MAX))
        })?;
        self.set(7, &mut package.memory_mib, values::memory_mib)?;
        self.set(20, &mut package.ci_user, values::user)?;
        self.set(21, &mut package.name_rule, |t| {
            macros::check_rule(t).map(|()| t.to_owned())
        })?;
        self.set(22, &mut package.main_domain, |t| values::domain(t).map(Some))?;
        macros::check_is_text(&package.name_rule, package.main_domain.is_some()).map_err(|why| error(21, why))?;
        self.set(24, &mut package.more, More::parse)
    }

    fn apply_storage(&self, package: &mut Package) -> Result<(), Error> {
        const CLONE_TYPES: &[(&[&str], CloneType)] = &[
            (&["full", "full clone"], CloneType::Full),
            (&["linked", "linked clone"], CloneType::Linked),
        ];
        let storage = |t| values::name(t, "the id of a storage").map(Some);
        self.set(3, &mut package.clone_type, |t| values::choice(t, CLONE_TYPES))?;
        self.set(4, &mut package.system_storage, storage)?;
        if package.clone_type == CloneType::Linked && package.system_storage.is_some() {
            let why =
                "a linked clone always lies on its template's storage: leave this empty or choose the clone type full";
            return Err(error(4, why.to_owned()));
        }
        self.set(8, &mut package.system_disk_gib, values::disk_gib)?;
        self.set(9, &mut package.system_limits, values::limits)?;
        self.set(10, &mut package.additional_disk_gib, values::disk_gib)?;
        self.set(11, &mut package.additional_limits, values::limits)?;
        self.set(12, &mut package.additional_storage, storage)?;
        self.set(23, &mut package.backup_storage, storage)
    }

    fn apply_network(&self, package: &mut Package) -> Result<(), Error> {
        const NIC_MODELS: &[(&[&str], Option<NicModel>)] = &[
            (&["as in template", "template"], None),
            (&["virtio"], Some(NicModel::Virtio)),
            (&["e1000"], Some(NicModel::E1000)),
            (&["rtl8139"], Some(NicModel::Rtl8139)),
            (&["vmxnet3"], Some(NicModel::Vmxnet3)),
        ];
        const ADDRESSINGS: &[(&[&str], Addressing)] =
            &[(&["static"], Addressing::Static), (&["dhcp"], Addressing::Dhcp)];
        const FIREWALLS: &[(&[&str], Firewall)] = &[
            (&["off"], Firewall::Off),
            (&["on"], Firewall::On),
            (
                &["on with anti-spoofing", "anti-spoofing", "antispoofing"],
                Firewall::AntiSpoofing,
            ),
        ];
        self.set(13, &mut package.bridge, |t| {
            values::name_or_auto(t, "auto or the name of a bridge")
        })?;
        self.set(14, &mut package.vlan, |t| values::vlan(t).map(Some))?;
        if package.vlan.is_some() && package.bridge.is_none() {
            let why = "it works only together with a bridge: name the bridge or leave the VLAN empty";
            return Err(error(14, why.to_owned()));
        }
        self.set(15, &mut package.rate_mbps, |t| {
            values::rate_hundredths(t).map(Decimal::from_hundredths)
        })?;
        self.set(16, &mut package.nic_model, |t| values::choice(t, NIC_MODELS))?;
        self.set(17, &mut package.addressing, |t| values::choice(t, ADDRESSINGS))?;
        self.set(18, &mut package.firewall, |t| values::choice(t, FIREWALLS))?;
        self.set(19, &mut package.rules, |t| {
            firewall_rules::parse(t).map_err(|why| why.to_string())
        })
    }
}

fn error(number: usize, sentence: String) -> Error {
    Error::Option {
        option: OPTIONS.get(number - 1).copied().unwrap_or_default(),
        sentence,
    }
}
