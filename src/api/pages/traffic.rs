//! What a service has received and sent, by month.

use crate::api::core::Core;
use crate::package::{More, TrafficCounts};
use crate::problems::Error;
use crate::words::calendar;
use crate::words::ids::ServiceId;
use crate::words::limits;
use serde_json::{Value, json};

/// `month`, the one of now (UTC), and `months`, the newest first: bytes received and sent in each that had any, and how
/// many of them count; `quota_bytes` of a month, where one is sold.
pub(super) fn traffic(core: &Core, service: ServiceId, sold: Option<&More>) -> Result<Value, Error> {
    let counts = sold.map_or(TrafficCounts::default(), |more| more.traffic_counts);
    let months = core.store.traffic(service, limits::TRAFFIC_MONTHS_SHOWN)?;
    let out = |(month, bytes_in, bytes_out): (String, u64, u64)| {
        let counted = counts.of((bytes_in, bytes_out));
        json!({"month": month, "bytes_in": bytes_in, "bytes_out": bytes_out, "counted": counted})
    };
    Ok(json!({
        "month": calendar::month(core.clock.now()),
        "months": months.into_iter().map(out).collect::<Vec<_>>(),
        "counts": counts,
        "quota_bytes": sold.and_then(More::traffic_bytes),
    }))
}
