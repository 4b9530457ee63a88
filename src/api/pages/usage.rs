//! What a guest has used: the graphs of the client area.

use super::looked::{Looked, looked};
use super::show::{check_owner, guest_of, must_be_shown};
use crate::actions::{Permission, Switch};
use crate::api::core::Core;
use crate::api::output;
use crate::api::request;
use crate::guest::series::thinned;
use crate::problems::{Error, Refusal};
use crate::words::ids::Actor;
use crate::words::limits;
use serde_json::{Value, json};

const TIMEFRAMES: [&str; 5] = ["hour", "day", "week", "month", "year"];

/// The switch for graphs.
const GRAPHS: Permission = Permission {
    to: "see graphs",
    switches: &[Switch("client_graphs", |more| more.client_graphs)],
};

/// CPU, memory, disk and network of a guest over an hour up to a year, at most [`limits::GRAPH_POINTS`] points.
///
/// Costs the time of one request: the config, which says whose guest it is, is read side by side with the statistics.
/// Pages of one client that ask for more at the same time than they may are refused.
pub fn usage(core: &Core, request: &Value) -> Result<Value, Error> {
    let id = request::service_of(request)?;
    let timeframe = request["timeframe"].as_str().unwrap_or_default();
    let timeframe = TIMEFRAMES.into_iter().find(|known| *known == timeframe);
    let timeframe =
        timeframe.ok_or_else(|| Error::Request(format!("timeframe should be one of {}", TIMEFRAMES.join(", "))))?;
    if request::by_of(request)?.actor == Actor::Client {
        let more = request::package_of(request)?.more;
        GRAPHS.granted(&more)?;
    }
    let (service, _) = core.store.service(id)?;
    must_be_shown(&service, request)?;
    let Some((client, path)) = guest_of(core, request, &service)? else {
        return Ok(output::reply(json!({"points": []})));
    };
    let look = || {
        let (points, config) = Core::both(|| client.usage(&path, timeframe), || client.config(&path));
        check_owner(core, &service, &path, &config?)?;
        Ok(thinned(&points?, limits::GRAPH_POINTS))
    };
    let points = match looked(core, &service, timeframe, request, look, |_| None::<&()>)? {
        Looked::Now(points) => points,
        Looked::Later(_) => return Err(Refusal::LookedAt.into()),
    };
    Ok(output::reply(
        json!({"points": points.iter().map(output::point_out).collect::<Vec<_>>()}),
    ))
}
