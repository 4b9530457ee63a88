use super::edits::Lists;
use crate::guest::{FirewallSeen, listed_rule};
use crate::package::FirewallRulesPlace;
use crate::package::firewall_rules::Rule;
use crate::pipeline::call::Call;
use crate::service::firewall::{is_marked, marked};

fn rules(lines: &[&str]) -> Vec<Rule> {
    lines.iter().map(|line| line.parse().unwrap()).collect()
}

/// What a guest has: `c:` is a rule of its customer.
fn seen(lines: &[&str]) -> FirewallSeen {
    let one = |line: &&str| match line.strip_prefix("c:") {
        Some(line) => listed_rule(&marked(&line.parse().unwrap())),
        None => listed_rule(&line.parse().unwrap()),
    };
    FirewallSeen {
        rules: lines.iter().map(one).collect(),
        ..FirewallSeen::default()
    }
}

fn shown(seen: &FirewallSeen) -> Vec<String> {
    let rules = seen.rules.iter();
    let one = |listed| {
        let rule = Rule::listed(listed).unwrap();
        match rule
            .comment
            .as_deref()
            .and_then(|comment| comment.strip_prefix("[customer]"))
        {
            Some(comment) => {
                let comment = Some(comment.trim().to_owned()).filter(|comment| !comment.is_empty());
                format!("c:{}", Rule { comment, ..rule })
            }
            None => rule.to_string(),
        }
    };
    rules.map(one).collect()
}

/// Does the writes; says how many, and what is there then.
fn edited(
    seen: &FirewallSeen,
    provider: &[Rule],
    place: FirewallRulesPlace,
    customer: &[Rule],
) -> (usize, FirewallSeen) {
    let mut now = seen.clone();
    let mut writes = 0;
    let edits = |now: &FirewallSeen| {
        let lists = Lists {
            seen: &now.rules,
            provider,
            place,
            customer,
            in_force: true,
            policies_stay: true,
        };
        let edits = lists.edits();
        edits.before.into_iter().chain(edits.after).collect::<Vec<Call>>()
    };
    for call in edits(&now) {
        now.note(call);
        writes += 1;
    }
    assert_eq!(edits(&now), [], "looked at again, nothing is missing");
    (writes, now)
}

/// What is there and wanted, whose rules stand where, how many writes, and what is there then.
type Case = (
    &'static [&'static str],
    &'static [&'static str],
    FirewallRulesPlace,
    &'static [&'static str],
    usize,
    &'static [&'static str],
);

#[test]
fn what_is_there_becomes_what_is_wanted_with_few_writes() {
    use FirewallRulesPlace::{First, Last};
    let cases: &[Case] = &[
        // nothing to do
        (&[], &[], First, &[], 0, &[]),
        (&["c:IN DROP"], &["IN DROP"], First, &[], 0, &["c:IN DROP"]),
        // one rule more, on an empty list: written, switched on
        (&[], &["IN SSH(ACCEPT)"], First, &[], 2, &["c:IN SSH(ACCEPT)"]),
        // below the provider's, and above them
        (
            &["OUT DROP"],
            &["IN DROP"],
            First,
            &["OUT DROP"],
            3,
            &["OUT DROP", "c:IN DROP"],
        ),
        (
            &["OUT DROP"],
            &["IN DROP"],
            Last,
            &["OUT DROP"],
            2,
            &["c:IN DROP", "OUT DROP"],
        ),
        // what staff have put on top by hand stays above the customer's
        (
            &["IN DROP -p udp"],
            &["IN DROP"],
            First,
            &[],
            3,
            &["IN DROP -p udp", "c:IN DROP"],
        ),
        (
            &["IN DROP -p udp", "OUT DROP"],
            &["IN DROP"],
            Last,
            &["OUT DROP"],
            3,
            &["IN DROP -p udp", "c:IN DROP", "OUT DROP"],
        ),
        // one edit, one switch, one move: one write each
        (
            &["c:IN DROP", "c:OUT DROP"],
            &["IN DROP", "OUT DROP -p udp"],
            First,
            &[],
            1,
            &["c:IN DROP", "c:OUT DROP -p udp"],
        ),
        (
            &["c:IN DROP"],
            &["|IN DROP # off"],
            First,
            &[],
            1,
            &["c:|IN DROP # off"],
        ),
        (
            &["c:IN DROP", "c:OUT DROP", "c:IN REJECT"],
            &["OUT DROP", "IN REJECT", "IN DROP"],
            First,
            &[],
            1,
            &["c:OUT DROP", "c:IN REJECT", "c:IN DROP"],
        ),
        (
            &["c:IN DROP", "c:OUT DROP", "c:IN REJECT"],
            &["IN REJECT", "IN DROP", "OUT DROP"],
            First,
            &[],
            1,
            &["c:IN REJECT", "c:IN DROP", "c:OUT DROP"],
        ),
        // one by hand between ours stays where it is
        (
            &["c:IN DROP", "IN ACCEPT -p udp", "c:OUT DROP"],
            &["IN REJECT", "OUT DROP", "OUT REJECT"],
            First,
            &[],
            7,
            &["IN ACCEPT -p udp", "c:IN REJECT", "c:OUT DROP", "c:OUT REJECT"],
        ),
        // one that stands above the provider's is written below them
        (
            &["c:IN DROP", "OUT DROP"],
            &["IN DROP"],
            First,
            &["OUT DROP"],
            4,
            &["OUT DROP", "c:IN DROP"],
        ),
        // one of an old backup goes
        (&["c:IN DROP", "c:OUT DROP"], &[], First, &[], 2, &[]),
    ];
    for (there, wanted, place, provider, writes, then) in cases {
        let (made, now) = edited(&seen(there), &rules(provider), *place, &rules(wanted));
        assert_eq!(shown(&now), *then, "{there:?} → {wanted:?}");
        assert_eq!(made, *writes, "{there:?} → {wanted:?}");
    }
}

#[test]
fn a_rule_of_the_customer_that_nobody_can_read_makes_way() {
    let mut there = seen(&["c:IN DROP", "OUT DROP"]);
    there.rules[0]["dport"] = "22".into();
    let (_, now) = edited(&there, &[], FirewallRulesPlace::First, &rules(&["IN REJECT"]));
    assert_eq!(shown(&now), ["c:IN REJECT", "OUT DROP"]);
    let (_, now) = edited(&there, &[], FirewallRulesPlace::First, &[]);
    assert_eq!(shown(&now), ["OUT DROP"]);
}

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

/// Which rule a packet to a TCP port meets first: its verdict.
fn verdict(rules: &[serde_json::Value], port: &str, policy: &'static str) -> String {
    let matches = |rule: &&Rule| {
        rule.enabled
            && rule
                .dport
                .as_deref()
                .is_none_or(|ports| ports.split(',').any(|p| p == port))
    };
    let rules: Vec<Rule> = rules.iter().filter_map(Rule::listed).collect();
    let first = rules.iter().find(matches);
    first.map_or(policy.to_owned(), |rule| {
        rule.params().into_iter().find(|(name, _)| *name == "action").unwrap().1
    })
}

#[test]
fn meanwhile_every_packet_meets_the_verdict_of_the_old_or_of_the_new_list() {
    const PORTS: [&str; 4] = ["1", "2", "3", "4"];
    const POLICIES: [&str; 2] = ["ACCEPT", "DROP"];
    let mut dice = Dice(7);
    let one = |dice: &mut Dice| -> Rule {
        let verdict = POLICIES[dice.below(2)];
        let ports: Vec<&str> = PORTS.into_iter().filter(|_| dice.below(2) == 0).collect();
        let off = if dice.below(6) == 0 { "|" } else { "" };
        let line = match ports.is_empty() {
            true => format!("{off}IN {verdict}"),
            false => format!("{off}IN {verdict} -p tcp -dport {}", ports.join(",")),
        };
        line.parse().unwrap()
    };
    for round in 0..3000 {
        let provider: Vec<Rule> = (0..dice.below(3)).map(|_| one(&mut dice)).collect();
        let mut there: Vec<serde_json::Value> = provider.iter().map(listed_rule).collect();
        // the guest's list as it was: in order, and with rules by hand between
        let mut old: Vec<Rule> = (0..dice.below(5)).map(|_| one(&mut dice)).collect();
        let place = [FirewallRulesPlace::First, FirewallRulesPlace::Last][dice.below(2)];
        let own = old.iter().map(|rule| listed_rule(&marked(rule)));
        match place {
            FirewallRulesPlace::First => there.extend(own),
            FirewallRulesPlace::Last => drop(there.splice(0..0, own)),
        }
        if dice.below(3) == 0 {
            let at = dice.below(there.len() + 1);
            there.insert(at, listed_rule(&one(&mut dice)));
        }
        for _ in 0..dice.below(3) {
            let at = dice.below(old.len() + 1);
            match dice.below(3) {
                0 => old.insert(at, one(&mut dice)),
                1 if at < old.len() => drop(old.remove(at)),
                _ if !old.is_empty() => {
                    let rule = old.remove(at % old.len());
                    let to = dice.below(old.len() + 1);
                    old.insert(to, rule);
                }
                _ => {}
            }
        }
        let (policy_before, policy_after) = (POLICIES[dice.below(2)], POLICIES[dice.below(2)]);
        let mut now = FirewallSeen {
            rules: there.clone(),
            ..FirewallSeen::default()
        };
        let lists = Lists {
            seen: &there,
            provider: &provider,
            place,
            customer: &old,
            in_force: true,
            policies_stay: policy_before == policy_after,
        };
        let edits = lists.edits();
        let mut moments = vec![(now.rules.clone(), policy_before)];
        for call in edits.before {
            now.note(call);
            moments.push((now.rules.clone(), policy_before));
        }
        moments.push((now.rules.clone(), policy_after));
        for call in edits.after {
            now.note(call);
            moments.push((now.rules.clone(), policy_after));
        }
        let own: Vec<String> = shown(&now).into_iter().filter(|line| line.starts_with("c:")).collect();
        let wanted: Vec<String> = old.iter().map(|rule| format!("c:{rule}")).collect();
        assert_eq!(own, wanted, "{round}");
        let kept =
            |rules: &[serde_json::Value]| rules.iter().filter(|one| !is_marked(one)).cloned().collect::<Vec<_>>();
        assert_eq!(kept(&now.rules), kept(&there), "{round}: nobody else's was touched");
        for port in PORTS {
            let at = |moment: &(Vec<serde_json::Value>, &'static str)| verdict(&moment.0, port, moment.1);
            let (first, last) = (at(&moments[0]), at(&moments[moments.len() - 1]));
            for moment in &moments {
                let seen = at(moment);
                assert!(seen == first || seen == last, "{round}: port {port}: {:?}", moments);
            }
        }
    }
}
