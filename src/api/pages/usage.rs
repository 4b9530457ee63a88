//! What a guest has used: the graphs of the client area.

use super::looked::{Looked, looked};
use super::show::{check_owner, guest_of, must_be_shown};
use crate::actions::{Permission, Switch};
use crate::api::core::Core;
use crate::api::output::PointOut;
use crate::api::request::{Number, PackageIn, ServerIn, Text, Who};
use crate::guest::series::thinned;
use crate::problems::{Error, Refusal};
use crate::words::ids::Actor;
use crate::words::limits;
use serde::{Deserialize, Serialize};

const TIMEFRAMES: [&str; 5] = ["hour", "day", "week", "month", "year"];

/// The switch for graphs.
const GRAPHS: Permission = Permission {
    to: "see graphs",
    switches: &[Switch("client_graphs", |more| more.client_graphs)],
};

/// Which graph.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::api) struct GraphIn {
    /// Of which service.
    service: Number,
    /// `hour`, `day`, `week`, `month` or `year`.
    timeframe: Text,
    /// Its server entry.
    server: ServerIn,
    /// What is sold: a customer sees graphs where the product lets him.
    package: PackageIn,
    /// Who asks.
    #[serde(flatten)]
    who: Who,
}

/// A graph.
#[derive(Debug, Serialize)]
pub(in crate::api) struct GraphOut {
    /// Its points, the oldest first; empty where there is no guest.
    points: Vec<PointOut>,
}

/// CPU, memory, disk and network of a guest over an hour up to a year, at most [`limits::GRAPH_POINTS`] points.
///
/// Costs the time of one request: the config, which says whose guest it is, is read side by side with the statistics.
/// Pages of one client that ask for more at the same time than they may are refused.
pub(in crate::api) fn usage(core: &Core, request: GraphIn) -> Result<GraphOut, Error> {
    let id = request.service.service()?;
    let timeframe = TIMEFRAMES.into_iter().find(|known| *known == request.timeframe.0);
    let timeframe =
        timeframe.ok_or_else(|| Error::Request(format!("timeframe should be one of {}", TIMEFRAMES.join(", "))))?;
    if request.who.by().actor == Actor::Client {
        GRAPHS.granted(&request.package.parse()?.more)?;
    }
    let (service, _) = core.store.service(id)?;
    must_be_shown(&service, request.who.asked().as_ref())?;
    let Some((client, path)) = guest_of(core, &request.server.parse()?, &service)? else {
        return Ok(GraphOut { points: Vec::new() });
    };
    let look = || {
        let (points, config) = Core::both(|| client.usage(&path, timeframe), || client.config(&path));
        check_owner(core, &service, &path, &config?)?;
        Ok(thinned(&points?, limits::GRAPH_POINTS))
    };
    let points = match looked(core, &service, timeframe, request.who.asked().as_ref(), look, |_| {
        None::<&()>
    })? {
        Looked::Now(points) => points,
        Looked::Later(_) => return Err(Refusal::LookedAt.into()),
    };
    let points = points.iter().map(PointOut::of).collect();
    Ok(GraphOut { points })
}
