//! Point 4: a cron run over ready services, in a PHP process of its own.

use crate::figure::Figure;
use crate::home::{Home, Kind};
use crate::{Effort, growth, peers};

const SERVICES: u64 = 10_000;

pub fn measure(effort: Effort, kind: Kind) -> Vec<Figure> {
    let home = Home::new(kind);
    growth::fill(&home, SERVICES, 0);
    let mut request = peers::native();
    request["store"] = home.location.clone().into();
    let mut of: std::collections::BTreeMap<&str, Vec<f64>> = Default::default();
    for _ in 0..effort.of(15, 5) {
        let Some(reply) = peers::php("idle.php", &request) else {
            continue;
        };
        for key in ["ms", "requests", "rss_mib", "bare_rss_mib", "own_mib", "pdo_ms"] {
            of.entry(key).or_default().extend(reply[key].as_f64());
        }
    }
    let mut take = |key: &str| of.remove(key).unwrap_or_default();
    let what = format!("Cron with {SERVICES} ready services");
    vec![
        Figure::new("idle_ms", format!("{what}: load, open, select, end"), "ms", take("ms"))
            .target("≤ 20")
            .beside("PHP's own PDO: open and one select", take("pdo_ms")),
        Figure::new("idle_requests", format!("{what}: requests"), "", take("requests")).target("0"),
        Figure::new(
            "idle_rss_mib",
            format!("{what}: peak memory of the process"),
            "MiB",
            take("rss_mib"),
        )
        .target("≤ 32")
        .beside("PHP before it loads the library", take("bare_rss_mib"))
        .beside("more than that which no other process shares", take("own_mib")),
    ]
}
