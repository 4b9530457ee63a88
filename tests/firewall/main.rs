//! The evaluator of a guest's firewall (`proxmoxkvm::guest::verdict`) against three others: a model that walks the chains
//! as pve-firewall writes them, the kernel with the same chains and real packets, and cases written by hand.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub
)]

mod by_hand;
mod chains;
mod kernel;
mod lists;
mod model;

use lists::{List, Rng};
use model::Table;

#[test]
fn the_evaluator_agrees_with_a_model_of_the_chains() {
    let mut rng = Rng(23);
    let (mut passed, mut stopped) = (0, 0);
    for _ in 0..1500 {
        let list = List::random(&mut rng);
        let filter = list.filter();
        let tables = [false, true].map(|v6| Table::read(&chains::filter(&list, v6), chains::sets(&list, v6)));
        // a NIC that is not under the firewall is on the node's bridge itself
        let device = if list.is_filtered { "fwln100i0" } else { "eno1" };
        for packet in list.packets(&mut rng, 20) {
            let answer = filter.verdict(&packet);
            let table = &tables[usize::from(packet.source.is_ipv6())];
            let modelled = model::walk(table, &packet, &list.mac, device);
            assert_eq!(answer.outcome, modelled, "{packet:?}\n{answer:?}\n{list:?}");
            *(if answer.passes() == Some(true) {
                &mut passed
            } else {
                &mut stopped
            }) += 1;
        }
    }
    assert!(passed > 5_000 && stopped > 5_000, "{passed} passed, {stopped} did not");
}
