use super::*;
use crate::package::options::fields;
use crate::package::row::{Place, nothing_said};
use std::collections::BTreeSet;

#[test]
fn the_fields_of_whmcs_are_numbered_without_a_gap_and_never_move() {
    let keys: Vec<&str> = fields()
        .enumerate()
        .map(|(index, (number, row))| {
            assert_eq!(index + 1, number, "{}", row.key);
            row.key
        })
        .collect();
    let stored = "target_node os_template clone_type system_disk_storage first_vm_id cpu_cores ram system_disk \
                  system_disk_limits additional_disk additional_disk_limits additional_disk_storage bridge vlan \
                  network_rate nic_model addressing firewall firewall_rules cloud_init_user vm_name main_domain \
                  backup_storage more_settings";
    assert_eq!(keys.join(" "), stored);
}

#[test]
fn names_are_given_once() {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    for row in options() {
        let ordered = row.ordered.iter();
        let ordered = ordered.flat_map(|ordered| [Some(ordered.name), ordered.short].into_iter().flatten());
        for name in ordered.chain([row.name]) {
            // the field RAM and the option RAM are one thing
            let before = names.insert(name.to_lowercase(), row.key);
            assert!(before.is_none_or(|key| key == row.key), "{name}");
        }
        assert!(!row.meaning.is_empty() && !row.meaning.ends_with('.'), "{}", row.key);
    }
    let keys: BTreeSet<&str> = options().map(|row| row.key).collect();
    assert_eq!(keys.len(), options().count());
}

#[test]
fn what_is_written_is_read_again_as_the_same() {
    let texts = ALL_OPTIONS
        .iter()
        .map(|(number, text)| (*number, *text))
        .collect::<Vec<_>>();
    let sold = package(&texts, &[("Backups", "3"), ("Snapshots", "2"), ("IPv6 Addresses", "1")]).unwrap();
    for from in [sold, nothing_said()] {
        let mut again = nothing_said();
        for row in options() {
            let text = (row.write)(&from);
            if !text.is_empty() {
                (row.read)(&mut again, &text).unwrap_or_else(|why| panic!("{}: {why}", row.key));
            }
        }
        assert_eq!(again, from);
    }
}

#[test]
fn a_default_is_what_an_empty_option_means() {
    for row in options() {
        let mut package = nothing_said();
        let default = row.default();
        if !default.is_empty() && row.place != Place::Order {
            (row.read)(&mut package, &default).unwrap_or_else(|why| panic!("{}: {why}", row.key));
            assert_eq!(package, nothing_said(), "{}", row.key);
        }
        assert!(
            row.choices().iter().all(|word| row.meant(word).is_some()),
            "{}",
            row.key
        );
        assert_eq!(row.meant(""), Some(default), "{}", row.key);
    }
}
