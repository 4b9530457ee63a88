//! THE TABLE of verbs: what PHP can ask of the library, what it must bring, and what answers.
//!
//! WHMCS's own functions and the cron keep functions of their own in the C ABI, so that the header says what the product
//! does. Whatever else there is goes through `act`, which may change something, or `read`, which shows
//! (and does no more than what is due anyway). The actions of a
//! service are a table of their own ([`crate::actions::ACTIONS`]); `act` knows them by the same names.

use super::core::Core;
use super::output::{ActionRow, OptionRow, Reply};
use super::pages::PLANS;
use super::request::Text;
use super::{act, once, request, said};
use crate::actions::{ACTIONS, Action, How};
use crate::dns::config::{ALGORITHMS, FIELDS, Offered, PROVIDERS, ZoneField};
use crate::engine::set_up::ROLES;
use crate::guest::images::{IMAGES, Image};
use crate::package::options;
use crate::pipeline::PIPELINE;
use crate::problems::{Error, Refusal};
use crate::words::ids::quoted;
use crate::words::status::Status;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// By which function of the C ABI a verb is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Its own: `proxmoxkvm_create`.
    Function,
    /// `proxmoxkvm_act`, which is told the name as `do`.
    Act,
    /// `proxmoxkvm_read`, which is told the name as `read`.
    Read,
}

/// What a request has to bring that costs PHP something, or is a secret: it is sent where it is needed, and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Brings {
    /// The DNS zones with their secrets (`zones`).
    Zones,
    /// The operating systems that WHMCS sells with the service, with their prices (`systems`).
    Systems,
    /// The services of the server entry that WHMCS calls terminated (`terminated`).
    Terminated,
    /// The SSH keys of the order (`ssh_key`): the product's custom field of that name.
    SshKey,
    /// What the order gives cloud-init (`user_data`): the product's custom field of that name.
    UserData,
    /// The key by which that is sealed (`seal_key`).
    SealKey,
}

/// What answers a request.
type Answer = fn(&Core, &Value) -> Result<Reply, Error>;

/// What a verb does to store and Proxmox VE.
#[derive(Clone, Copy)]
pub enum Run {
    /// It may change something: only in a store of the WHMCS that asks.
    Changes(Answer),
    /// It changes nothing, or says whose the store is.
    Looks(Answer),
}

/// A row: a verb.
pub struct Verb {
    /// Its name.
    pub name: &'static str,
    /// How it is asked.
    pub entry: Entry,
    /// What a request has to bring.
    pub brings: &'static [Brings],
    /// What answers.
    pub run: Run,
}

const fn changes(name: &'static str, entry: Entry, run: Answer) -> Verb {
    Verb::of(name, entry, Run::Changes(run))
}

const fn looks(name: &'static str, entry: Entry, run: Answer) -> Verb {
    Verb::of(name, entry, Run::Looks(run))
}

impl Verb {
    const fn of(name: &'static str, entry: Entry, run: Run) -> Verb {
        let brings = &[];
        Verb {
            name,
            entry,
            brings,
            run,
        }
    }

    const fn bringing(self, brings: &'static [Brings]) -> Verb {
        Verb { brings, ..self }
    }
}

/// Every verb but the actions of a service.
#[rustfmt::skip]
pub static VERBS: &[Verb] = &[
    // WHMCS's own functions
    looks("test_connection", Entry::Function, said::test_connection),
    changes("create", Entry::Function, said::create).bringing(&[Brings::Terminated, Brings::SshKey, Brings::UserData, Brings::SealKey]),
    changes("suspend", Entry::Function, said::suspend),
    changes("unsuspend", Entry::Function, said::unsuspend).bringing(&[Brings::SealKey]),
    changes("terminate", Entry::Function, said::terminate).bringing(&[Brings::Zones]),
    changes("change_package", Entry::Function, said::change_package).bringing(&[Brings::SealKey]),
    changes("change_password", Entry::Function, said::change_password).bringing(&[Brings::SealKey]),
    changes("usage_update", Entry::Function, said::usage_update),
    // the cron
    changes("due", Entry::Function, said::due),
    changes("cron", Entry::Function, said::cron).bringing(&[Brings::Zones, Brings::SealKey]),
    // the installation as a whole
    changes("check", Entry::Act, said::check),
    changes("orphans", Entry::Act, said::orphans),
    changes("forget", Entry::Act, said::forget),
    changes("deleted", Entry::Act, said::deleted),
    changes("client_deleted", Entry::Act, said::client_deleted),
    changes("acknowledge", Entry::Act, said::acknowledge),
    changes("deliver_again", Entry::Act, said::deliver_again),
    changes("sync_dns_records", Entry::Act, said::sync_dns_records),
    changes("set_up_login", Entry::Act, said::set_up_login),
    changes("build_template", Entry::Act, said::build_template),
    looks("installation", Entry::Act, said::installation),
    looks("console_end", Entry::Act, said::console_end),
    changes("console_serve", Entry::Act, said::console_serve),
    looks("look_through", Entry::Act, said::look_through),
    looks("zone_test", Entry::Act, said::zone_test),
    // pages
    looks("show", Entry::Read, said::show),
    looks("activity", Entry::Read, said::activity),
    looks("usage", Entry::Read, said::usage),
    looks("snapshots", Entry::Read, said::snapshots),
    looks("isos", Entry::Read, said::isos),
    looks("ssh_keys", Entry::Read, said::ssh_keys),
    looks("client_keys", Entry::Read, said::client_keys),
    // it goes on with a change as the cron would, and takes back what nobody has confirmed in time
    changes("firewall", Entry::Read, said::firewall),
    looks("backups", Entry::Read, said::backups),
    looks("change_preview", Entry::Read, said::change_preview),
    looks("dry_run", Entry::Read, said::dry_run).bringing(&[Brings::SshKey]),
    looks("list", Entry::Read, said::list),
    looks("accounts", Entry::Read, said::accounts),
    looks("capacity", Entry::Read, said::capacity),
    looks("overview", Entry::Read, said::overview),
    looks("attention", Entry::Read, said::attention),
    looks("pools", Entry::Read, said::pools),
    looks("pool_edit", Entry::Read, said::pool_edit),
    looks("task_log", Entry::Read, said::task_log),
    looks("zone_services", Entry::Read, said::zone_services),
    looks("product_form", Entry::Read, said::product_form),
    // the shop
    looks("order_check", Entry::Read, said::order_check),
];

/// The verbs that change something, beside the actions, and that a customer may ask for: WHMCS asks for the one in the
/// customer's name, and the other takes back what nobody has confirmed.
const FOR_CLIENTS: [&str; 2] = ["change_password", "firewall"];

/// A verb of a request, found.
pub enum Found {
    /// A row of [`VERBS`].
    Verb(&'static Verb),
    /// An action of a service.
    Action(&'static Action),
}

/// The verb of a name, as far as it is asked by this function of the C ABI.
///
/// # Errors
/// A verb that there is not: PHP files and library are of different versions.
pub fn find(entry: Entry, name: &str) -> Result<Found, Error> {
    let verb = VERBS.iter().find(|verb| verb.entry == entry && verb.name == name);
    let action = || Action::named(name).filter(|_| entry == Entry::Act).map(Found::Action);
    let found = verb.map(Found::Verb).or_else(action);
    found.ok_or_else(|| Refusal::NoSuchAction(quoted(name)).into())
}

impl Found {
    /// Whether it may change something.
    pub fn changes(&self) -> bool {
        match self {
            Found::Verb(verb) => matches!(verb.run, Run::Changes(_)),
            Found::Action(_) => true,
        }
    }

    /// Answers a request. Of what changes something, only actions and the password are for customers.
    ///
    /// # Errors
    /// Those of the verb.
    pub fn run(&self, core: &Core, request: &Value) -> Result<Reply, Error> {
        match self {
            Found::Verb(verb)
                if self.changes() && !FOR_CLIENTS.contains(&verb.name) && request["actor"] == "client" =>
            {
                Err(Refusal::StaffOnly(verb.name).into())
            }
            Found::Verb(verb) => match verb.run {
                // a page is looked at as often as somebody likes
                Run::Changes(run) if verb.entry == Entry::Read => run(core, request),
                Run::Changes(run) => once(core, request, verb.name, run),
                Run::Looks(run) => run(core, request),
            },
            Found::Action(action) => once(core, request, action.name, |core, request| {
                act(action.name, core, request)
            }),
        }
    }
}

/// What an action's request has to bring.
fn brings(action: &Action) -> &'static [Brings] {
    match action.how {
        _ if action.zones => &[Brings::Zones],
        _ if action.systems => &[Brings::Systems, Brings::SealKey],
        How::Own | How::Choose(_) => &[],
        _ => &[Brings::SealKey],
    }
}

/// Which parts.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CatalogueIn {
    /// The names of the parts: `verbs`, `actions`, `options`, `images`, `statuses`, `plans`, `roles`, `dns`; missing: all.
    of: Option<Vec<Text>>,
}

/// All that there is to ask; a part that was not asked for is missing.
#[derive(Debug, Serialize)]
struct CatalogueOut {
    /// Every verb, the actions of a service among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    verbs: Option<Vec<VerbOut>>,
    /// The actions of a service.
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<Vec<ActionRow>>,
    /// The options of a package.
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<Vec<OptionRow>>,
    /// The images of which templates can be made.
    #[serde(skip_serializing_if = "Option::is_none")]
    images: Option<&'static [Image]>,
    /// The local statuses from the creation to `ready`, in their order.
    #[serde(skip_serializing_if = "Option::is_none")]
    statuses: Option<Vec<Status>>,
    /// The buttons whose plan can be told before they are pressed: what `dry_run` takes as `of`.
    #[serde(skip_serializing_if = "Option::is_none")]
    plans: Option<Vec<&'static str>>,
    /// The roles of Proxmox VE that a hoster may do without: what `set_up_login` takes as `roles`.
    #[serde(skip_serializing_if = "Option::is_none")]
    roles: Option<Vec<&'static str>>,
    /// What a DNS zone is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    dns: Option<ZoneWords>,
}

/// What staff choose from, and type, for a DNS zone.
#[derive(Debug, Serialize)]
struct ZoneWords {
    /// The providers.
    providers: &'static [Offered],
    /// The texts beside the secret, in the order of the form.
    fields: &'static [ZoneField],
    /// How a TSIG key may sign.
    algorithms: &'static [&'static str],
}

/// A verb.
#[derive(Debug, Serialize)]
struct VerbOut {
    /// Its name.
    name: &'static str,
    /// By which function it is asked.
    entry: Entry,
    /// What a request has to bring.
    brings: &'static [Brings],
}

fn verbs_out() -> Vec<VerbOut> {
    let verbs = VERBS.iter().map(|verb| (verb.name, verb.entry, verb.brings));
    let actions = ACTIONS.iter().map(|action| (action.name, Entry::Act, brings(action)));
    let row = |(name, entry, brings)| VerbOut { name, entry, brings };
    verbs.chain(actions).map(row).collect()
}

fn statuses() -> Vec<Status> {
    let from = PIPELINE.iter().map(|row| row.from);
    from.chain(PIPELINE.last().map(|row| row.to)).collect()
}

/// All that there is to ask, so that PHP lists none of it itself.
///
/// # Errors
/// A request that cannot be read.
pub fn catalogue(request: &Value) -> Result<Reply, Error> {
    let CatalogueIn { of } = request::parse(request)?;
    let is_asked = |name: &str| of.as_ref().is_none_or(|of| of.iter().any(|part| part.0 == name));
    Reply::of(&CatalogueOut {
        verbs: is_asked("verbs").then(verbs_out),
        actions: is_asked("actions").then(|| ACTIONS.iter().map(ActionRow::of).collect()),
        options: is_asked("options").then(|| options().map(OptionRow::of).collect()),
        images: is_asked("images").then_some(&IMAGES),
        statuses: is_asked("statuses").then(statuses),
        plans: is_asked("plans").then(|| PLANS.iter().map(|plan| plan.name).collect()),
        roles: is_asked("roles").then(|| {
            let optional = ROLES.iter().filter(|role| role.optional);
            optional.map(|role| role.name).collect()
        }),
        dns: is_asked("dns").then_some(ZoneWords {
            providers: PROVIDERS,
            fields: FIELDS,
            algorithms: ALGORITHMS,
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_name_is_asked_for_in_two_ways() {
        let mut names: Vec<&str> = VERBS.iter().map(|verb| verb.name).collect();
        names.extend(ACTIONS.iter().map(|action| action.name));
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}
