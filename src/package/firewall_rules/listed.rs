//! Rules as Proxmox VE lists them, and when two rules are the same.

use super::values::comparable;
use super::{Direction, MATCHES, Rule, Target, Verdict};
use serde_json::Value;

impl Rule {
    /// One that is on, and says no more than this.
    pub(crate) fn of(target: Target) -> Rule {
        Rule {
            enabled: true,
            target,
            proto: None,
            dport: None,
            sport: None,
            source: None,
            dest: None,
            iface: None,
            log: None,
            icmp_type: None,
            comment: None,
        }
    }

    /// The rule that an entry of `GET …/firewall/rules` is. `None`: one that cannot be written like this, as after an edit of
    /// the file by hand.
    pub fn listed(entry: &Value) -> Option<Rule> {
        let text = |name: &str| text(entry, name);
        let action = text("action")?;
        let target = match text("type")?.as_str() {
            "group" => Target::Group(action),
            kind => Target::Traffic {
                direction: Direction::of(kind)?,
                verdict: Verdict::from_word(&action)?,
                macro_name: text("macro"),
            },
        };
        let rule = Rule {
            // the file has no word for a rule that is on
            enabled: text("enable").is_none_or(|enable| enable != "0"),
            target,
            proto: text("proto").map(|proto| proto.to_ascii_lowercase()),
            dport: text("dport"),
            sport: text("sport"),
            source: text("source"),
            dest: text("dest"),
            iface: text("iface"),
            log: text("log"),
            icmp_type: text("icmp-type"),
            comment: text("comment").map(|comment| comment.trim().to_owned()),
        };
        rule.check().is_ok().then_some(rule)
    }

    /// Whether two rules match and do the same: place, comment and on/off are not part of that.
    pub fn does_as(&self, other: &Rule) -> bool {
        self.identity() == other.identity()
    }

    /// Whether two rules are the same in all.
    pub fn is_like(&self, other: &Rule) -> bool {
        self.does_as(other) && self.enabled == other.enabled && self.comment == other.comment
    }

    /// Whether it lets traffic through. A group may do anything.
    pub fn accepts(&self) -> bool {
        matches!(
            self.target,
            Target::Traffic {
                verdict: Verdict::Accept,
                ..
            }
        )
    }

    pub(super) fn identity(&self) -> Vec<(&'static str, String)> {
        let all = self.target_params().into_iter().chain(self.values());
        all.filter_map(|(name, value)| Some((name, comparable(name, value)?)))
            .collect()
    }

    /// The parameters of `PUT …/firewall/rules/{pos}` that make another rule this one: those of a new one, and the names of
    /// what it does not have.
    pub fn params_instead(&self) -> Vec<(&'static str, String)> {
        let mut params = self.params();
        let lacks = MATCHES
            .into_iter()
            .chain(["comment"])
            .filter(|name| !params.iter().any(|(known, _)| known == name));
        let lacks = lacks.collect::<Vec<_>>().join(",");
        if !lacks.is_empty() {
            params.push(("delete", lacks));
        }
        params
    }
}

/// What an entry of PVE's listing says under a name.
pub(super) fn text(entry: &Value, name: &str) -> Option<String> {
    match entry.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

impl Direction {
    /// The word that Proxmox VE's API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Direction::In => "in",
            Direction::Out => "out",
        }
    }

    /// The direction of that word.
    pub fn of(word: &str) -> Option<Direction> {
        [Direction::In, Direction::Out]
            .into_iter()
            .find(|direction| direction.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, json};

    fn listed(rule: &Rule) -> Value {
        let entry = rule
            .params()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), json!(value)));
        Value::Object(entry.collect::<Map<String, Value>>())
    }

    #[test]
    fn what_is_written_is_read_as_the_same_rule() {
        for line in [
            "IN ACCEPT -p tcp -dport 22,80:90 -source 192.0.2.0/24,198.51.100.7 # ssh # office",
            "|OUT DROP -p icmp -icmp-type echo-request",
            "IN SSH(REJECT) -i net0 -log info",
            "GROUP web -i net0",
        ] {
            let rule: Rule = line.parse().unwrap();
            let again = Rule::listed(&listed(&rule)).unwrap();
            assert!(rule.is_like(&again), "{line}: {again}");
        }
        let entry =
            json!({"type": "in", "action": "ACCEPT", "macro": "SSH", "enable": 1, "source": "192.0.2.7/32", "pos": 3});
        let rule = Rule::listed(&entry).unwrap();
        assert!(rule.is_like(&"IN SSH(ACCEPT) -source 192.0.2.7".parse().unwrap()));
        for bad in [
            json!({"type": "forward", "action": "DROP"}),
            json!({"type": "in", "action": "LOG"}),
            json!({"type": "in", "action": "DROP", "dport": "22"}),
            json!({}),
        ] {
            assert_eq!(Rule::listed(&bad), None, "{bad}");
        }
    }

    #[test]
    fn what_a_rule_lacks_is_taken_away_from_the_one_whose_place_it_takes() {
        let rule: Rule = "IN ACCEPT -p tcp -dport 22".parse().unwrap();
        let params = rule.params_instead();
        let delete = params.iter().find(|(name, _)| *name == "delete").unwrap();
        assert_eq!(delete.1, "macro,sport,source,dest,iface,log,icmp-type,comment");
    }
}
