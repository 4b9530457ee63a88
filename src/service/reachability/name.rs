//! Where the service's name leads, and what its address is called.

use super::{Facts, Finding, Names};

pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let (Some(to), Some(domain)) = (facts.way.to, facts.domain) else {
        return Vec::new();
    };
    let forward = match &facts.forward {
        Names::NotAsked => None,
        Names::Unread => Some(Finding::unknown("name_unread")),
        Names::Are(found) if found.contains(&to) => Some(Finding::good("name_leads")),
        Names::Are(found) if found.is_empty() => Some(Finding::note("name_nowhere")),
        Names::Are(found) => {
            let others: Vec<String> = found.iter().map(ToString::to_string).collect();
            Some(Finding::bad("name_elsewhere").with("others", others.join(", ")))
        }
    };
    let reverse = match &facts.reverse {
        Names::NotAsked => None,
        Names::Unread => Some(Finding::unknown("reverse_unread")),
        Names::Are(found) => Some(match found.first() {
            Some(name) => Finding::good("reverse_is").with("reverse", name),
            None => Finding::note("reverse_none"),
        }),
    };
    let both = [forward, reverse].into_iter().flatten();
    both.map(|finding| finding.with("name", domain).with("address", to))
        .collect()
}
