//! The product's behaviour, tested through its verbs against a simulated Proxmox VE with state.
//!
//! Most tests run in virtual time without a network: `support::World`. What is about sockets uses the simulator's
//! HTTPS server on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

mod support;

mod abi;
mod acts;
mod address_change;
mod applications;
mod attention;
mod backup_first;
mod backup_schedules;
mod backups;
mod bad_input;
mod beside;
mod bound;
mod buttons;
mod by_hand;
mod capacity;
mod check;
mod check_package;
mod check_remedies;
mod choices;
mod clocks;
mod cloud_init;
mod commits;
mod common_time;
mod console;
mod console_socket;
mod console_text;
mod console_verb;
mod corpus;
mod crash;
mod create;
mod dead_storage;
mod dns;
mod docs;
mod dry_run;
#[cfg(feature = "dummy-action")]
mod dummy;
#[path = "../dns/fake.rs"]
#[allow(dead_code, reason = "its clock is for the tests of the providers alone")]
mod fake_dns;
mod faults;
mod firewall;
mod home;
mod hostile;
mod identity;
mod isos;
mod json;
mod kept_backups;
mod lasting;
mod layers;
mod life;
mod looks;
mod many;
mod many_servers;
mod metering;
mod moving;
mod network;
mod old_store;
mod operations;
mod order_check;
mod orders;
mod outage;
mod outbox;
mod overview;
mod own_seed;
mod pace;
mod pages;
mod password;
mod pool_edit;
mod power;
mod preview;
mod problems;
mod races;
mod reachability;
mod reachable;
mod rebuild;
mod refusal;
mod refused;
mod removal;
mod rescue;
mod resources;
mod restore;
mod schedules;
mod seed;
mod set_up;
mod set_up_cluster;
mod settings;
mod snapshots;
mod snapshots_meanwhile;
mod soak;
mod ssh_keys;
mod ssh_keys_by_agent;
mod stand_in;
mod stand_in_faults;
mod stand_in_steps;
mod statistics;
mod store;
mod store_damage;
mod store_file;
mod store_server;
mod task_log;
mod tasks;
mod template_drives;
mod template_keys;
mod time;
mod user_data;
mod waiting;
mod windows;
