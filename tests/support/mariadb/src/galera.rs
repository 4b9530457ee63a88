//! Two MariaDB as one Galera cluster on loopback, and a network between them that can be cut.

use crate::free_ports;
use crate::keeper::Keeper;
use crate::server::{self, Database, root, wait_for_status};
use mysql::Conn;
use mysql::prelude::Queryable;
use std::net::SocketAddr;

/// What both nodes have on top of a single server: what Galera wants.
const SETTINGS: &str = "innodb_autoinc_lock_mode=2
binlog_format=ROW
";
/// What concerns the cluster, given when a node starts: the installation of a data directory takes none of it.
const CLUSTER: &str = "--wsrep-on=ON --wsrep-provider=/usr/lib/galera/libgalera_smm.so --wsrep-cluster-name=test \
    --wsrep-node-address=127.0.0.1 --wsrep-sst-method=rsync";
/// A neighbour that is silent for three seconds is suspected, for six it is left out: what takes 5 and 15 seconds by
/// default, for a test that has less patience. With less a busy machine loses its neighbour without any partition.
const PATIENCE: &str = "gcache.size=64M;evs.keepalive_period=PT0.5S;evs.inactive_check_period=PT0.5S;\
    evs.suspect_timeout=PT3S;evs.inactive_timeout=PT6S;evs.install_timeout=PT6S";

/// Two nodes. The first has the greater weight: it goes on when they lose each other, the second must not.
pub struct Galera {
    nodes: [Node; 2],
}

/// One of the two.
pub struct Node {
    keeper: Keeper,
    address: SocketAddr,
}

impl Galera {
    /// Starts both, and waits until the second has taken over everything of the first.
    ///
    /// # Panics
    /// when that does not work: Debian's `galera-4` and `rsync` are needed.
    pub fn pair() -> Galera {
        let keepers = std::thread::scope(|scope| {
            [(); 2]
                .map(|()| scope.spawn(|| Keeper::install(&format!("{}{SETTINGS}", server::SETTINGS))))
                .map(|install| install.join().expect("two data directories"))
        });
        let [first, second] = keepers;
        let (first, group) = Node::start(first, 2, None);
        wait_for_status(|| root(&first.keeper), "wsrep_local_state_comment", "Synced");
        let (second, _) = Node::start(second, 1, Some(group));
        let pair = Galera { nodes: [first, second] };
        pair.wait_for_both();
        pair
    }

    /// Both, the one with the greater weight first.
    pub fn nodes(&self) -> [&Node; 2] {
        self.nodes.each_ref()
    }

    /// A new database on both, with a user of its own; its URL for each node is `Node::url`.
    pub fn database(&self, name: &str) {
        Database::make(&mut self.nodes[0].root(), name);
        // the login comes last
        let url = self.nodes[1].url(name);
        crate::wait_until("the database on the other node", || {
            mysql::Conn::new(url.as_str()).is_ok()
        });
    }

    /// Cuts the network between them, and waits until both know: the first goes on alone, the second refuses.
    pub fn isolate_second(&self) {
        let [first, second] = &self.nodes;
        second.provide("gmcast.isolate=1");
        wait_for_status(|| root(&second.keeper), "wsrep_cluster_status", "non-Primary");
        wait_for_status(|| root(&first.keeper), "wsrep_cluster_size", "1");
        wait_for_status(|| root(&first.keeper), "wsrep_cluster_status", "Primary");
    }

    /// Mends the network, and waits until the second has all that the first did meanwhile.
    pub fn heal(&self) {
        self.nodes[1].provide("gmcast.isolate=0");
        self.wait_for_both();
    }

    fn wait_for_both(&self) {
        for node in &self.nodes {
            wait_for_status(|| root(&node.keeper), "wsrep_cluster_size", "2");
            wait_for_status(|| root(&node.keeper), "wsrep_local_state_comment", "Synced");
            wait_for_status(|| root(&node.keeper), "wsrep_ready", "ON");
        }
    }
}

impl Drop for Galera {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for node in &self.nodes {
                let log = node.keeper.log();
                let lines: Vec<&str> = log.lines().collect();
                println!("{}", lines[lines.len().saturating_sub(40)..].join("\n"));
            }
        }
    }
}

impl Node {
    /// Starts it in the group at a port, or in one of its own; answers the port at which others find the group by it.
    fn start(keeper: Keeper, weight: u8, group: Option<u16>) -> (Node, u16) {
        for _ in 0..10 {
            let [sql, own, ist, sst] = free_ports();
            let others = group.map_or_else(
                || "--wsrep-new-cluster --wsrep-cluster-address=gcomm://".to_owned(),
                |group| format!("--wsrep-cluster-address=gcomm://127.0.0.1:{group}"),
            );
            let arguments = format!(
                "--port={sql} {CLUSTER} {others} --wsrep-sst-receive-address=127.0.0.1:{sst} --wsrep-provider-options=pc.weight={weight};\
                 base_port={own};gmcast.listen_addr=tcp://127.0.0.1:{own};ist.recv_addr=127.0.0.1:{ist};{PATIENCE}"
            );
            if keeper.start(&arguments, || root(&keeper).is_ok()) {
                let address = SocketAddr::from(([127, 0, 0, 1], sql));
                return (Node { keeper, address }, own);
            }
        }
        panic!("a node does not start: {}", keeper.log());
    }

    /// Where it listens for TCP.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A connection of its root.
    ///
    /// # Panics
    /// when the node does not take it.
    pub fn root(&self) -> Conn {
        root(&self.keeper).expect("a connection as root")
    }

    /// The URL of a database that `Galera::database` has made, by way of this node.
    pub fn url(&self, database: &str) -> String {
        crate::server::url(database, self.address)
    }

    fn provide(&self, option: &str) {
        let set = format!("SET GLOBAL wsrep_provider_options = '{option}'");
        self.root().query_drop(set).expect("an option of the provider");
    }
}
