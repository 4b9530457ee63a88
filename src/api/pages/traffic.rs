//! What a service has received and sent, by month.

use crate::api::core::Core;
use crate::package::{More, TrafficCounts};
use crate::problems::Error;
use crate::words::calendar;
use crate::words::ids::ServiceId;
use crate::words::limits;
use serde::Serialize;

/// What a service has received and sent.
#[derive(Debug, Serialize)]
pub(in crate::api) struct TrafficOut {
    /// The month of now, by WHMCS's clocks: `2026-11`.
    month: String,
    /// The months that had any, the newest first.
    months: Vec<MonthOut>,
    /// What of it counts.
    counts: TrafficCounts,
    /// What is sold of a month, bytes; null without a limit.
    quota_bytes: Option<u64>,
}

/// The traffic of a month.
#[derive(Debug, Serialize)]
struct MonthOut {
    /// Which one: `2026-11`.
    month: String,
    /// Received, bytes.
    bytes_in: u64,
    /// Sent, bytes.
    bytes_out: u64,
    /// So many of both count, bytes.
    counted: u64,
}

/// That of a service. `sold`: what its package says of traffic; `utc_offset_s`: how far WHMCS's clocks are ahead of UTC.
pub(super) fn traffic(
    core: &Core,
    service: ServiceId,
    sold: Option<&More>,
    utc_offset_s: i32,
) -> Result<TrafficOut, Error> {
    let counts = sold.map_or(TrafficCounts::default(), |more| more.traffic_counts);
    let months = core.store.traffic(service, limits::TRAFFIC_MONTHS_SHOWN)?;
    let out = |(month, bytes_in, bytes_out): (String, u64, u64)| MonthOut {
        month,
        bytes_in,
        bytes_out,
        counted: counts.of((bytes_in, bytes_out)),
    };
    Ok(TrafficOut {
        month: calendar::month(core.clock.now(), utc_offset_s),
        months: months.into_iter().map(out).collect(),
        counts,
        quota_bytes: sold.and_then(More::traffic_bytes),
    })
}
