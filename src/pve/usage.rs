//! What a guest has used: `rrddata`.

use super::client::Client;
use super::endpoints::GuestPath;
use super::error::Error;
use super::meter::Kind;
use super::wire::Method;
use crate::guest::decimal;
use crate::guest::series::{Point, SERIES};
use serde_json::Value;

impl Client {
    /// `GET …/rrddata?timeframe=…&cf=AVERAGE`: 60 to 1,500 points by PVE version; what was not measured is left out of a
    /// point, or null. `timeframe`: `hour`, `day`, `week`, `month`, `year`.
    pub fn usage(&self, guest: &GuestPath, timeframe: &str) -> Result<Vec<Point>, Error> {
        let request = guest
            .request(Method::Get, "/rrddata", Kind::Look)
            .with("timeframe", timeframe)
            .with("cf", "AVERAGE");
        let data = self.request(&request)?;
        let mut points: Vec<Point> = data.as_array().into_iter().flatten().filter_map(point).collect();
        points.sort_by(|one, other| one.at.total_cmp(&other.at));
        Ok(points)
    }
}

fn point(entry: &Value) -> Option<Point> {
    Some(Point {
        at: decimal(&entry["time"])?,
        values: SERIES.map(|(_, name)| decimal(&entry[name])),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_point_has_gaps_where_nothing_was_measured() {
        let seen =
            point(&json!({"time": 60, "cpu": "0.25", "mem": null, "netin": -1, "netout": "NaN", "diskread": 7.5}));
        let values = [Some(0.25), None, None, Some(7.5), None, None, None];
        assert_eq!(seen, Some(Point { at: 60.0, values }));
        assert_eq!(point(&json!({"cpu": 1})), None);
    }
}
