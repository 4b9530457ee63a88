//! How long, how often and how much: the waits, lists, texts and loops of pages, cron, nodes, store and consoles, in one place,
//! as they hang together. What limits one subject alone (an address line, a firewall rule, a DNS message) may stand with it.

use std::time::Duration;

/// Until a TCP and TLS connection to a node stands.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Until a node has answered a request: three times as long as PVE waits for a lock.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// A page waits so long for PVE, then it is drawn from the store (seconds).
pub const PAGE_SECONDS: f64 = 5.0;
/// A later look of a page whose first one has used that up waits for so long at most (seconds).
pub const PAGE_LEAST_SECONDS: f64 = 0.5;
/// So many pages of one client ask PVE at the same time: each holds one of the web server's few workers meanwhile.
pub const LOOKS_PER_CLIENT: usize = 2;
/// A look that nobody has ended is over by itself after this long (seconds): its process is gone.
pub const LOOK_SECONDS: f64 = PAGE_SECONDS + 1.0;
/// While somebody looks, others are shown what was seen before for so long (seconds).
pub const SEEN_SECONDS: f64 = 2.0;
/// All that a request of the web asks of PVE ends within this time (seconds): proxies give up after 60, PHP needs some of it.
pub const WEB_SECONDS: f64 = 44.0;
/// The engine begins nothing with less time left: what is sent should be answered (seconds).
pub const TURN_SECONDS: f64 = 4.0;
/// All that `check` asks of one server entry ends within this time (seconds).
pub const CHECK_SECONDS: f64 = 600.0;
/// One request of `check` reads guests for so long, then another one goes on (seconds).
pub const CHECK_TURN_SECONDS: f64 = 60.0;
/// So many guests are read side by side by `check`: it should not be what makes Proxmox VE slow.
pub const CHECK_READERS: usize = 4;
/// A node that has left so many requests of `check` without an answer is asked for no further guest.
pub const CHECK_SILENCES: usize = 3;
/// A server that was not heard for [`HEARD_SECONDS`] has to answer the first read within this time (seconds): one that is
/// dead should not hold whoever meets it first for [`REQUEST_TIMEOUT`].
pub const CONTACT_SECONDS: f64 = 5.0;
/// A server that answered within this time is there (seconds).
pub const HEARD_SECONDS: f64 = 60.0;
/// A server that left a request unanswered is silent, and not only slow, if it does not tell its version in this time (seconds).
pub const PROBE_SECONDS: f64 = 2.0;
/// The same for a request without a login: PVE answers those three seconds late (pve-http-server).
pub const PROBE_UNKNOWN_SECONDS: f64 = 4.0;
/// A failure that took less than this says nothing about the next (seconds).
pub const SILENT_AFTER: f64 = 0.5;
/// A silent server is left alone for this long (seconds); it doubles with every try that fails.
pub const SILENT_FIRST: f64 = 10.0;
/// The longest of these times (seconds).
pub const SILENT_LONGEST: f64 = 60.0;
/// What other processes have noted about a server's silence is read this often (seconds).
pub const SILENT_READ: f64 = 1.0;
/// Nothing is asked when less time is left for the answer (seconds).
pub const SHORTEST_WAIT: f64 = 0.1;
/// What the guests of a server use is asked this often (seconds).
pub const SAMPLE_SECONDS: f64 = 3600.0;
/// After a failure it is asked again this soon (seconds).
pub const SAMPLE_RETRY_SECONDS: f64 = 300.0;
/// The months of traffic that are kept.
pub const TRAFFIC_MONTHS: f64 = 24.0;
/// How long a build usually takes is said of so many of its kind at least,
pub const USUAL_OF_LEAST: usize = 3;
/// and of the last so many.
pub const USUAL_OF_LAST: u32 = 50;
/// A build is late when it has taken so many times as long as usual,
pub const LATE_TIMES: f64 = 3.0;
/// staff hear of it when it has taken so many times as long,
pub const SLOW_TIMES: f64 = 2.0;
/// but neither before it has taken this long (seconds).
pub const LATE_LEAST: f64 = 120.0;
/// So many of those builds are named.
pub const SLOW_SHOWN: usize = 50;
/// The months of traffic that a page shows.
pub const TRAFFIC_MONTHS_SHOWN: u32 = 12;
/// The most points of a graph: more cannot be told apart on a screen.
pub const GRAPH_POINTS: usize = 200;
/// Lines of a failed task's log that are read at once; a clone writes about a hundred.
pub const TASK_LOG_LINES: u32 = 2000;
/// So many times as many lines of it are read, for what stands at its end.
pub const TASK_LOG_PAGES: u32 = 5;
/// So many lines of it are told,
pub const LOG_LINES_TOLD: usize = 3;
/// each cut to so many characters.
pub const LOG_LINE_CHARS: usize = 120;
/// Idle connections are kept this long: PVE closes its side after 5 s (pve-http-server), and a write must not meet that.
pub const IDLE_CONNECTION: Duration = Duration::from_secs(4);
/// So many HTTP clients are kept, those that were used last: each has a thread and three descriptors beside its connections.
pub const HTTP_CLIENTS: usize = 4;
/// The logins of so many server entries are kept, those that were used last.
pub const ENTRIES_KEPT: usize = 512;
/// So many DNS zones are kept, those that were used last.
pub const ZONES_KEPT: usize = 64;
/// The longest answer that is read; `/cluster/resources` of 10,000 guests has about 5 MiB, of 44,800 about 25.
pub const RESPONSE_BYTES: u64 = 32 << 20;
/// The most values of an answer that is parsed as a whole. An object of eight bytes takes five hundred once it is parsed:
/// without this limit, 32 MiB would become 2 GiB. The list of a cluster is read entry by entry, and may have more.
pub const RESPONSE_VALUES: usize = 1_000_000;
/// After a call that read a longer answer than this, its memory is given back to the system.
pub const LARGE_ANSWER_BYTES: usize = 1 << 20;
/// The largest request of PHP that is parsed.
pub const REQUEST_BYTES: usize = 16 << 20;
/// A node's own words are cut to this many characters in messages and events.
pub const WORDS_CHARS: usize = 400;

/// From the request for a console to its first picture (seconds): Proxmox VE's port waits no longer than 10.
pub const CONSOLE_OPEN_SECONDS: f64 = 12.0;
/// The longest frame that is taken from a node's websocket; pveproxy sends none beyond 128 KiB.
pub const CONSOLE_FRAME_BYTES: usize = 1 << 20;
/// So much is read of a connection at once, and so much memory an idle one holds.
pub const CONSOLE_READ_BYTES: usize = 4 << 10;
/// What is sent to a node in one frame: pveproxy takes no more than 128 KiB.
pub const CONSOLE_SENT_BYTES: usize = 64 << 10;
/// What waits for a browser that reads slowly; until it is read, nothing more is taken from the node.
pub const CONSOLE_KEPT_BYTES: usize = 1 << 20;
/// The keys of one request of a browser; and so much is read of its websocket before anything else is looked at.
pub const CONSOLE_KEYS_BYTES: usize = 64 << 10;
/// What a browser may send within a second, in bytes: what is more waits.
pub const CONSOLE_KEYS_PER_SECOND: usize = 4 << 20;
/// A message of a websocket counts for so much beside its bytes: one without any is work too.
pub const CONSOLE_MESSAGE_COST: usize = 1 << 10;
/// So many requests of a browser are read at the same time; beside them one waits for the picture.
pub const CONSOLE_VISITS: usize = 8;
/// One of them has to be complete within this time (seconds).
pub const CONSOLE_VISIT_SECONDS: f64 = 5.0;
/// A request that waits for the picture is answered after this time, be there none (seconds): proxies give up after 60.
pub const CONSOLE_TAKE_SECONDS: f64 = 20.0;
/// A browser that takes the picture by requests, and has sent none for so long, is gone (seconds).
pub const CONSOLE_TAKEN_SECONDS: f64 = 45.0;
/// One whose picture comes by one answer says every 20 seconds that it is there, in the background every minute (seconds).
pub const CONSOLE_HERE_SECONDS: f64 = 120.0;
/// So often a console looks whether its service may still have it (seconds).
pub const CONSOLE_LOOK_SECONDS: f64 = 5.0;
/// and ends where it could not see that for so long (seconds).
pub const CONSOLE_BLIND_SECONDS: f64 = 60.0;
/// A console in which nobody types, clicks or moves ends after this time (seconds),
pub const CONSOLE_IDLE_SECONDS: f64 = 30.0 * 60.0;
/// and every console after this (seconds).
pub const CONSOLE_LONGEST_SECONDS: f64 = 8.0 * 3600.0;
/// A console that nobody has turned for so long belongs to a request that is gone (seconds).
pub const CONSOLE_LEFT_SECONDS: f64 = 60.0;
/// So often a client may ask for a console: one is asked for anew at each restart of the guest.
pub const CLIENT_CONSOLES: (usize, f64) = (30, 600.0);
/// So often a client may ask for a picture of its guest's screen: each opens the screen for a moment.
pub const CLIENT_SCREENSHOTS: (usize, f64) = (1, 60.0);
/// So many consoles may be open on one service at the same time, by its customer, and so many by staff.
pub const CONSOLES_PER_SERVICE: usize = 2;
/// And so many by one client, on whatever services, as long as that leaves another client one.
pub const CONSOLES_PER_CLIENT: usize = 2;
/// And so many on one web server, where nothing else is asked for, one for staff alone: each holds one of php-fpm's few workers.
pub const CONSOLES_AT_ONCE: usize = 3;
/// And so many whatever is asked for.
pub const CONSOLES_PER_SERVER: usize = 256;
/// The longest frame, and the longest message, that is taken from a browser's websocket.
pub const CONSOLE_MESSAGE_BYTES: usize = 128 << 10;
/// The head of a request that asks for a websocket: a browser has few cookies.
pub const CONSOLE_HEAD_BYTES: usize = 16 << 10;
/// It has to be complete within this time (seconds).
pub const CONSOLE_HEAD_SECONDS: f64 = 5.0;
/// A grant is good for so long (seconds): Proxmox VE's port waits for 10, and the clocks of web servers differ.
pub const CONSOLE_GRANT_SECONDS: f64 = 20.0;
/// So often a browser's websocket, and a node's, is asked whether it is still there (seconds); a node answers within this time,
pub const CONSOLE_PING_SECONDS: f64 = 20.0;
/// and a browser that has said nothing for so long is gone (seconds).
pub const CONSOLE_SILENT_SECONDS: f64 = 60.0;
/// So many websockets one process has, where nothing else is asked for.
pub const CONSOLE_SOCKETS: usize = 500;
/// The stack of a thread that has one.
pub const CONSOLE_STACK_BYTES: usize = 512 << 10;
/// The longest wait of one turn of a console (milliseconds).
pub const CONSOLE_TURN_MS: u32 = 5_000;

/// A ticket lives 2 h; it is renewed this long before (seconds).
pub const TICKET_SECONDS: f64 = 110.0 * 60.0;
/// What a server rarely changes (bridges, next-id range) is asked again after this long (seconds).
pub const FACTS_SECONDS: f64 = 3600.0;

/// How many nodes, templates and storages each the privileges of a login are looked up for.
pub const PATHS_ASKED: usize = 50;

/// How many nodes that send no statistics are asked themselves, where a guest could go to any of them.
pub const NODES_ASKED: usize = 8;
/// One of them has to answer within this time (seconds),
pub const NODE_ASKED_SECONDS: f64 = 2.0;
/// and all of them within this time (seconds).
pub const NODES_ASKED_SECONDS: f64 = 5.0;

/// How many guests one request looks at.
pub const GUESTS_ASKED: usize = 50;

/// First wait for a task (seconds); see [`poll_after`].
pub const POLL_FIRST: f64 = 0.05;
/// A guest's start is looked at first after this long (seconds): none ends much sooner.
pub const POLL_START: f64 = 0.5;
/// The wait within the first seconds grows up to this; so does the one for an end that is due (seconds).
pub const POLL_EARLY: f64 = 0.25;
/// Longest wait between two looks at a task (seconds).
const POLL_LONGEST: f64 = 2.0;
/// Longest wait for a clone whose end is foreseen and far (seconds).
pub const POLL_FORESEEN: f64 = 5.0;
/// So many clones that are waited for on a node are foreseen, each by its own log; more of them share one list.
pub const POLL_FORESEEN_CLONES: usize = 3;
/// Lines of a clone's log that are read at once; a disk writes about a hundred.
pub const PROGRESS_LINES: u32 = 1000;
/// A node's list of running tasks serves everybody who waits on that node for so long (seconds).
pub const POLL_TICK: f64 = 0.25;
/// So many running tasks of a node are read.
pub const LISTED_TASKS: u32 = 5000;
/// A task that only the list or its log knows to run is asked itself this often (seconds).
pub const POLL_CONFIRM: f64 = 30.0;
/// Who has not asked for a task within this time no longer waits for it (seconds): twice the longest wait.
pub const POLL_FORGOTTEN: f64 = 2.0 * POLL_FORESEEN;

/// When to look at a task again that has been waited for since `waited` seconds.
///
/// The wait grows with the time already spent, but only to a sixth of it, to a quarter of a second, and later to a
/// sixtieth: doubling finds a task's end up to a whole task length late, this a quarter of a second or 2 % late.
pub fn poll_after(waited: f64) -> f64 {
    let longest = (waited / 60.0).clamp(POLL_EARLY, POLL_LONGEST);
    (waited / 6.0).clamp(POLL_FIRST, longest)
}

/// A clone slot whose service nobody has looked at is free again after this long (seconds): the service may
/// have left WHMCS, and no clone takes this long.
pub const SLOT_SECONDS: f64 = 4.0 * 3600.0;
/// How often a place without a free clone slot is asked again (seconds). That reads the store only.
pub const SLOT_TICK: f64 = 0.25;
/// An idle worker of a cron run looks this often for what the others have left to do (seconds).
pub const NAP_SECONDS: f64 = 0.05;

/// A worker that waits for another one looks at the clock this often.
pub const BLOCKED_LOOK: Duration = Duration::from_millis(500);

/// So many lines of a task's log are shown to staff who ask for it.
pub const LOG_LINES_SHOWN: usize = 300;
/// The most addresses that one line reserves.
pub const RESERVED_ADDRESSES: u128 = 1024;
/// The longest note beside them, in characters.
pub const RESERVED_NOTE: usize = 200;
/// So many of the services that have addresses of a line are named before it is changed.
pub const USED_SHOWN: usize = 50;
/// So many reverse zones of a line are named.
pub const REVERSE_ZONES_SHOWN: usize = 16;
/// A pool is nearly empty when less than one in so many of its addresses is free.
pub const POOL_SHARE: u64 = 10;
/// So often a silent server was tried before staff are told,
pub const SILENT_TOLD: u32 = 3;
/// unless nobody has tried it for so long (seconds).
pub const SILENT_FORGOTTEN: f64 = 3600.0;
/// How many rows a list in a reply may have.
pub const LIST_ROWS: u32 = 1000;

/// What is not in a list is counted up to here.
pub const COUNTED: usize = 10_000;

/// A worker's right to advance a service ends this long after its last sign of life (seconds).
pub const LEASE_SECONDS: f64 = 90.0;
/// From so many failures without success in between on, staff are told; the store's column `attention` counts the same.
pub const ATTENTION_ATTEMPTS: u32 = 5;
/// What has failed for so long is told, however few tries that were (seconds).
pub const ATTENTION_SECONDS: f64 = 600.0;
/// A task that was told to end has ended after this long (seconds): PVE kills it after 5.
pub const TASK_ENDS_SECONDS: f64 = 8.0;
/// How often the same step may ask PVE for the same change before it is called stuck.
pub const SAME_STEP_ROUNDS: u32 = 4;
/// How often VMIDs and addresses are tried that turn out to be taken.
pub const RESERVE_ATTEMPTS: u32 = 50;
/// So many free addresses more than are needed are found, if they need not be looked for: others may be faster.
pub const SPARE_ADDRESSES: usize = 32;
/// So many parts of the leased addresses are read on their own, then all of them at once.
pub const ADDRESS_BLOCKS: usize = 64;
/// Lines of history kept per service of each who asks: a client's wash away nobody else's.
pub const EVENTS_PER_ACTOR: u32 = 100;
/// A page of an activity log has so many operations unless it says how many, and never more than are kept.
pub const ACTIVITY_ROWS: u32 = 50;
/// At most: all that are kept of four kinds of who asks.
pub const ACTIVITY_MOST: u32 = 4 * EVENTS_PER_ACTOR;
/// A request's nonce has this many letters, digits and underscores at most.
pub const NONCE_CHARS: usize = 64;
/// So often a client may change its guest (power, password) within so many seconds. More than a person who stops, starts
/// and restarts needs, and few tasks for a node.
pub const CLIENT_CHANGES: (usize, f64) = (6, 120.0);
/// The same for reinstallations: each copies a template.
pub const CLIENT_REINSTALLS: (usize, f64) = (3, 3600.0);
/// The same for new passwords.
pub const CLIENT_PASSWORDS: (usize, f64) = (5, 3600.0);
/// The same for snapshots and rollbacks: each may stop a VM, or keep a storage busy for minutes.
pub const CLIENT_SNAPSHOTS: (usize, f64) = (6, 3600.0);
/// The same for backups: each reads a whole VM, and others on its node wait for it.
pub const CLIENT_BACKUPS: (usize, f64) = (6, 3600.0);
/// The same for restores: each writes a whole VM.
pub const CLIENT_RESTORES: (usize, f64) = (3, 3600.0);
/// The most characters of a backup's note.
pub const BACKUP_NOTE: usize = 80;
/// No backup is begun on a storage that has less of its space free (percent): one that fails in the middle has only cost
/// time, and the hoster's own backups may fail with it.
pub const BACKUP_FLOOR: u64 = 5;
/// The backup from before a reinstallation is kept for so long (seconds).
pub const BACKUP_KEPT: f64 = 72.0 * 3600.0;
/// A backup that somebody has asked for waits so long for its turn on the node at most (seconds): a task of Proxmox VE itself
/// would wait for three hours.
pub const BACKUP_WAITS: f64 = 4.0 * 3600.0;
/// So often it is looked whether that has come (seconds).
pub const BACKUP_TURN: f64 = 60.0;
/// With so many scheduled backups in a row that were not made, customer and staff are told.
pub const BACKUPS_MISSED: u32 = 3;
/// A service that backs up, and that nobody has written down for so long, is not counted among those of its node (seconds): it
/// may have left WHMCS. What Proxmox VE really does there is asked besides.
pub const BACKUP_SLOT_SECONDS: f64 = 4.0 * 3600.0;
/// What time asks of a service is tried again after this, where it could not be done at once (seconds).
pub const SCHEDULE_AGAIN: f64 = 600.0;
/// A snapshot whose end was refused is tried again after this (seconds).
pub const SCHEDULE_REFUSED: f64 = 6.0 * 3600.0;
/// The same for looks at what another package would change.
pub const CLIENT_PREVIEWS: (usize, f64) = (20, 600.0);
/// The same for SSH keys that are added or removed.
pub const CLIENT_SSH_KEYS: (usize, f64) = (20, 3600.0);
/// A client has so many SSH keys.
pub const SSH_KEYS: usize = 20;
/// The most characters of what a client calls one.
pub const SSH_KEY_NAME: usize = 60;
/// So much is kept of a key's comment, in characters.
pub const SSH_KEY_COMMENT: usize = 80;
/// What is longer is no public key: an RSA key of 16384 bits has less than half of it.
pub const SSH_KEY_BYTES: usize = 8 << 10;
/// The shortest RSA keys that are safe until 2030 and beyond (NIST SP 800-57).
pub const SSH_RSA_BITS: usize = 3072;
/// The longest that OpenSSH reads.
pub const SSH_RSA_MOST_BITS: usize = 16384;
/// What is wanted of snapshots and could not be gone on with for so long is not done any more (seconds): a guest is not put back
/// to Monday because its lock was gone on Thursday.
pub const SNAPSHOT_WAITS: f64 = 3600.0;
/// A restore that has left the guest without disks is begun so often before somebody has to see to it.
pub const RESTORES: u32 = 2;
/// A second guest that came out of a backup, or that was swapped away, is kept for so long (seconds).
pub const BESIDE_KEPT: f64 = 24.0 * 3600.0;
/// One whose time is over, and whose deletion was refused, is tried again after this (seconds).
pub const BESIDE_AGAIN: f64 = 3600.0;
/// The most characters of a snapshot's label.
pub const SNAPSHOT_LABEL: usize = 60;
/// Beside twice the memory Proxmox VE wants so much for the state of a guest's devices in a snapshot (bytes; qemu-server,
/// PVE/QemuConfig.pm, `__snapshot_save_vmstate`).
pub const SNAPSHOT_STATE: u64 = 500 << 20;
/// The same for reverse names: each is looked up, and written at a provider that counts.
pub const CLIENT_NAMES: (usize, f64) = (10, 300.0);
/// A guest's lock that a task could not wait for is waited for this long (seconds): `qm cleanup` holds it for 30.
pub const HELD_SECONDS: f64 = 120.0;
/// The pause until the same is asked again (seconds); PVE itself waits 10 s then.
pub const HELD_RETRY_SECONDS: f64 = 2.0;
/// How long a locked guest is left alone before the next look (seconds).
pub const LOCKED_RETRY_SECONDS: f64 = 20.0;
/// A guest that is locked for longer than the longest backup needs an admin (seconds).
pub const LOCKED_SECONDS: f64 = 12.0 * 3600.0;
/// What a cluster's list says of a guest's power may be this old (seconds): pmxcfs drops older statistics.
pub const POWER_LATE: f64 = 300.0;
/// A guest's new power state shows this late at most, after the task that made it (seconds).
pub const POWER_SECONDS: f64 = 5.0;
/// How often it is looked for (seconds).
pub const POWER_POLL: f64 = 0.2;
/// A new power state shows this late where the HA manager does the work in its own time (seconds).
pub const HA_SECONDS: f64 = 180.0;
/// How often it is looked for there: the manager itself works in rounds of ten seconds (seconds).
pub const HA_POLL: f64 = 1.0;
/// How often a suspended guest is looked at: it is stopped again if somebody started it (seconds).
pub const SUSPENDED_SECONDS: f64 = 300.0;
/// Workers of a cron run: most of them wait for servers.
pub const WORKERS: usize = 16;
/// So many of them at most are with one server.
pub const SERVER_WORKERS: usize = 8;
/// So many at most read the usage of a server's guests: the list of a large cluster takes memory.
pub const SAMPLE_WORKERS: usize = 4;
/// Time budget of a cron run unless the request names one (seconds).
pub const CRON_SECONDS: f64 = 50.0;
/// Clocks of several web servers may differ by this much, and one may be set back by it (seconds). What ends later than
/// a clock that is right can have written was written by one that was ahead, and counts as over.
pub const CLOCK_SECONDS: f64 = 60.0;
/// Nothing is put off longer than this (seconds): the longest pause between two tries, by a clock that may be ahead.
pub const DUE_SECONDS: f64 = RETRY_LONGEST + CLOCK_SECONDS;
/// What only time asks for is at most so far ahead (seconds): the longest that a product keeps a snapshot, and a day.
pub const TIMED_SECONDS: f64 = 31.0 * 86_400.0;
/// The longest pause between two tries of a service, or of its DNS records (seconds).
const RETRY_LONGEST: f64 = 900.0;
/// The same for DNS records, whose providers may ask for a pause (seconds).
pub const DNS_DUE_SECONDS: f64 = 2.0 * 86_400.0;
/// After a start of the machine a store's file is looked through for damage this long at most (seconds).
pub const STORE_LOOK_SECONDS: f64 = 2.0;
/// The same when the doctor asks (seconds).
pub const STORE_DOCTOR_SECONDS: f64 = 20.0;
/// A command that no page waits for looks this long through a store that was found damaged, before it is used again
/// (seconds).
pub const STORE_MARKED_SECONDS: f64 = 3600.0;
/// Web servers of one WHMCS that its store knows; the first of them is forgotten where more have come.
pub const HOME_MACHINES: usize = 16;
/// How often the switch of a new store to WAL is tried while other processes open it too.
pub const STORE_OPEN_TRIES: u32 = 200;
/// The pause between two of these tries (seconds).
pub const STORE_OPEN_PAUSE: f64 = 0.02;
/// The store waits this long for another process's transaction, and for a database that is away for a moment.
pub const STORE_BUSY: Duration = Duration::from_secs(10);
/// The same for what a page may leave undone.
pub const STORE_SOON: Duration = Duration::from_millis(500);
/// A database answers a statement within this time.
pub const STORE_ANSWER: Duration = Duration::from_secs(30);
/// The longest packet to a database; a service's row has a few KiB.
pub const STORE_PACKET_BYTES: usize = 16 << 20;
/// A guest that has run for so long has read what cloud-init is told at its first start (seconds).
pub const SNIPPET_READ: u64 = 120;
/// Between two looks whether a new guest answers (seconds).
pub const ANSWER_POLL: f64 = 10.0;
/// How long a port of a guest is knocked at.
pub const PORT_TIMEOUT: Duration = Duration::from_secs(2);

/// Prepared statements that a connection keeps.
pub const STORE_STATEMENTS: usize = 64;
/// The pause before a transaction is done again that others got in the way of, or whose connection broke (seconds); it
/// doubles.
pub const STORE_AGAIN_FIRST: f64 = 0.005;
/// The longest of these pauses where the database is away (seconds).
pub const STORE_AGAIN_LONGEST: f64 = 0.5;
/// The same where others were faster (seconds): who pauses longer than they do loses again and again.
pub const STORE_LOST_LONGEST: f64 = 0.05;

/// Copies of the store that are kept, of those that are made before its schema changes.
pub const STORE_BACKUPS: usize = 3;

/// What was taken from the outbox is taken by somebody else after this long (seconds): whoever had it has died. Longer than a
/// cron run, which delivers at its end.
pub const OUTBOX_TAKEN_SECONDS: f64 = 300.0;
/// A service that was made less than this ago (seconds) may be missing in a list of WHMCS's services that was read before it.
pub const NEW_TO_WHMCS_SECONDS: f64 = 600.0;
/// So often it is tried to deliver something: for about a day.
pub const OUTBOX_TRIES: u32 = 15;
/// Nothing in the outbox is put off longer than this (seconds).
pub const OUTBOX_DUE_SECONDS: f64 = 6.0 * 3600.0;

/// Seconds until what has failed so many times before is tried again: 5, 10, 20, … up to 15 minutes.
pub fn retry_after(attempts: u32) -> f64 {
    doubled(attempts, RETRY_LONGEST)
}

/// Seconds until something is delivered again that did not arrive: 10, 20, 40, … up to 6 hours. Ever more seldom, because a
/// mail that WHMCS has sent before it failed is sent each time.
pub fn outbox_after(attempts: u32) -> f64 {
    doubled(attempts, OUTBOX_DUE_SECONDS)
}

fn doubled(times: u32, longest: f64) -> f64 {
    (5.0 * f64::from(2_u32.saturating_pow(times.min(20)))).min(longest)
}

/// Would this answer, parsed as JSON, have more than [`RESPONSE_VALUES`]?
pub fn has_too_many_values(answer: &[u8]) -> bool {
    let begins_one = |byte: &&u8| matches!(byte, b',' | b'[' | b'{');
    answer.iter().filter(begins_one).nth(RESPONSE_VALUES).is_some()
}
