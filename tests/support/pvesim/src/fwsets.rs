//! IP sets, aliases, security groups (golden *firewall*; `PVE::API2::Firewall::IPSet`, `Aliases`, `Groups`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::firewall::{Entry, Group, IpSet, assert_digest, digest, key};
use crate::formats::parse_cidr;
use crate::fwrules::normalise;
use crate::routes::Ctx;
use crate::types::{Answer, Fail, Outcome, die};

type Fields = BTreeMap<String, String>;

fn fields(e: &Entry) -> Fields {
    let mut m = Fields::from([("cidr".to_owned(), e.cidr.clone())]);
    if let Some(c) = &e.comment {
        m.insert("comment".into(), c.clone());
    }
    if e.nomatch {
        m.insert("nomatch".into(), "1".into());
    }
    m
}

fn list(items: &[Fields]) -> Value {
    let digest = digest(items.iter());
    let list = items.iter().map(|f| {
        let mut m = serde_json::Map::new();
        for (k, v) in f {
            let number = (k == "nomatch" || k == "ipversion")
                .then(|| v.parse::<i64>().ok())
                .flatten();
            m.insert(k.clone(), number.map_or_else(|| json!(v), |n| json!(n)));
        }
        m.insert("digest".into(), json!(digest));
        Value::Object(m)
    });
    Value::Array(list.collect())
}

/// GET …/ipset
pub fn sets(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let fw = c.firewall_of(&key(ctx));
    let items: Vec<Fields> = fw
        .sets
        .iter()
        .map(|(n, s)| {
            let mut m = Fields::from([("name".to_owned(), n.clone())]);
            if let Some(c) = &s.comment {
                m.insert("comment".into(), c.clone());
            }
            m
        })
        .collect();
    Ok(list(&items).into())
}

/// POST …/ipset
pub fn set_create(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    let name = ctx.params.get("name").unwrap_or_default().to_owned();
    let comment = ctx.params.get("comment").map(str::to_owned);
    if let Some(old) = ctx.params.get("rename") {
        let Some(mut set) = fw.sets.remove(old) else {
            return Err(Fail::param("name", format!("IPSet '{old}' does not exist")));
        };
        if fw.sets.contains_key(&name) {
            return Err(Fail::param("name", format!("IPSet '{name}' does already exist")));
        }
        set.comment = comment.or(set.comment);
        fw.sets.insert(name, set);
    } else {
        if fw.sets.contains_key(&name) {
            return Err(Fail::param("name", format!("IPSet '{name}' already exists")));
        }
        fw.sets.insert(
            name,
            IpSet {
                comment,
                entries: vec![],
            },
        );
    }
    c.save_firewall(&key, fw);
    Ok(Answer::null())
}

fn set<'a>(fw: &'a mut crate::firewall::Firewall, ctx: &Ctx) -> Result<&'a mut IpSet, Fail> {
    let name = ctx.uri("name");
    match fw.sets.get_mut(name) {
        Some(s) => Ok(s),
        None => die(format!("no such IPSet '{name}'")),
    }
}

/// GET …/ipset/NAME
pub fn set_get(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut fw = c.firewall_of(&key(ctx));
    let items: Vec<Fields> = set(&mut fw, ctx)?.entries.iter().map(fields).collect();
    Ok(list(&items).into())
}

/// DELETE …/ipset/NAME
pub fn set_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    if !set(&mut fw, ctx)?.entries.is_empty() && !ctx.params.flag("force") {
        return die(format!("IPSet '{}' is not empty", ctx.uri("name")));
    }
    fw.sets.remove(ctx.uri("name"));
    c.save_firewall(&key, fw);
    Ok(Answer::null())
}

/// POST …/ipset/NAME
pub fn entry_add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    let s = set(&mut fw, ctx)?;
    let cidr = normalise(ctx.params.get("cidr").unwrap_or_default())?;
    if s.entries.iter().any(|e| e.cidr == cidr) {
        return Err(Fail::param("cidr", format!("address '{cidr}' already exists")));
    }
    let comment = ctx.params.get("comment").map(str::to_owned);
    s.entries.push(Entry {
        cidr,
        comment,
        nomatch: ctx.params.flag("nomatch"),
    });
    s.entries.sort_by(|a, b| a.cidr.cmp(&b.cidr));
    c.save_firewall(&key, fw);
    Ok(Answer::null())
}

fn entry_key(ctx: &Ctx) -> String {
    normalise(ctx.uri("cidr")).unwrap_or_else(|_| ctx.uri("cidr").to_owned())
}

/// GET …/ipset/NAME/CIDR
pub fn entry_get(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut fw = c.firewall_of(&key(ctx));
    let s = set(&mut fw, ctx)?;
    let all: Vec<Fields> = s.entries.iter().map(fields).collect();
    let wanted = entry_key(ctx);
    let found = list(&all)
        .as_array()
        .and_then(|l| l.iter().find(|e| e["cidr"] == wanted.as_str()).cloned());
    found
        .map(Answer::from)
        .ok_or_else(|| Fail::param("cidr", "no such IP/Network"))
}

/// PUT …/ipset/NAME/CIDR
pub fn entry_set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    let s = set(&mut fw, ctx)?;
    assert_digest(ctx, &digest(s.entries.iter().map(fields).collect::<Vec<_>>().iter()))?;
    let wanted = entry_key(ctx);
    let Some(e) = s.entries.iter_mut().find(|e| e.cidr == wanted) else {
        return Err(Fail::param("cidr", "no such IP/Network"));
    };
    e.comment = ctx.params.get("comment").map(str::to_owned);
    e.nomatch = ctx.params.flag("nomatch");
    c.save_firewall(&key, fw);
    Ok(Answer::null())
}

/// DELETE …/ipset/NAME/CIDR: 200 for a missing entry too.
pub fn entry_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    let s = set(&mut fw, ctx)?;
    assert_digest(ctx, &digest(s.entries.iter().map(fields).collect::<Vec<_>>().iter()))?;
    let wanted = entry_key(ctx);
    s.entries.retain(|e| e.cidr != wanted);
    c.save_firewall(&key, fw);
    Ok(Answer::null())
}

fn alias_fields(name: &str, alias: &(String, Option<String>)) -> Fields {
    let version = parse_cidr(&alias.0).map_or(4, |(v, _, _)| v);
    let mut m = Fields::from([
        ("name".to_owned(), name.to_owned()),
        ("cidr".to_owned(), alias.0.clone()),
        ("ipversion".to_owned(), version.to_string()),
    ]);
    if let Some(c) = &alias.1 {
        m.insert("comment".into(), c.clone());
    }
    m
}

/// GET …/aliases
pub fn aliases(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let fw = c.firewall_of(&key(ctx));
    let items: Vec<Fields> = fw.aliases.iter().map(|(n, a)| alias_fields(n, a)).collect();
    Ok(list(&items).into())
}

/// POST …/aliases
pub fn alias_add(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    let name = ctx.params.get("name").unwrap_or_default().to_lowercase();
    if fw.aliases.contains_key(&name) {
        return Err(Fail::param("name", format!("alias '{name}' already exists")));
    }
    let cidr = normalise(ctx.params.get("cidr").unwrap_or_default())?;
    fw.aliases
        .insert(name, (cidr, ctx.params.get("comment").map(str::to_owned)));
    c.save_firewall(&key, fw);
    Ok(Answer::null())
}

/// GET …/aliases/NAME
pub fn alias_get(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let fw = c.firewall_of(&key(ctx));
    let name = ctx.uri("name").to_lowercase();
    let Some(a) = fw.aliases.get(&name) else {
        return Err(Fail::param("name", "no such alias"));
    };
    let mut m = list(&[alias_fields(&name, a)])[0].clone();
    if let Some(m) = m.as_object_mut() {
        m.remove("digest");
    }
    Ok(m.into())
}

/// PUT …/aliases/NAME
pub fn alias_set(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    let name = ctx.uri("name").to_lowercase();
    let Some(a) = fw.aliases.get_mut(&name) else {
        return Err(Fail::param("name", "no such alias"));
    };
    a.0 = normalise(ctx.params.get("cidr").unwrap_or_default())?;
    a.1 = ctx.params.get("comment").map(str::to_owned);
    c.save_firewall(&key, fw);
    Ok(Answer::null())
}

/// DELETE …/aliases/NAME
pub fn alias_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let key = key(ctx);
    let mut fw = c.firewall_of(&key);
    fw.aliases.remove(&ctx.uri("name").to_lowercase());
    c.save_firewall(&key, fw);
    Ok(Answer::null())
}

/// GET /cluster/firewall/groups
pub fn groups(c: &mut Cluster, _: &mut Ctx) -> Outcome {
    let fw = c.firewall_of("cluster");
    let items: Vec<Fields> = fw
        .groups
        .keys()
        .map(|g| Fields::from([("group".to_owned(), g.clone())]))
        .collect();
    Ok(list(&items).into())
}

/// POST /cluster/firewall/groups
pub fn group_create(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut fw = c.firewall_of("cluster");
    let name = ctx.params.get("group").unwrap_or_default().to_owned();
    if fw.groups.contains_key(&name) {
        return Err(Fail::param("group", format!("Security group '{name}' already exists")));
    }
    fw.groups.insert(
        name,
        Group {
            comment: ctx.params.get("comment").map(str::to_owned),
            rules: vec![],
        },
    );
    c.save_firewall("cluster", fw);
    Ok(Answer::null())
}

/// GET /cluster/firewall/groups/GROUP
pub fn group_rules(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    crate::firewall::rules(c, ctx)
}

/// DELETE /cluster/firewall/groups/GROUP
pub fn group_delete(c: &mut Cluster, ctx: &mut Ctx) -> Outcome {
    let mut fw = c.firewall_of("cluster");
    let name = ctx.uri("group");
    match fw.groups.get(name) {
        None => return die(format!("no such security group '{name}'")),
        Some(g) if !g.rules.is_empty() => return die(format!("Security group '{name}' is not empty")),
        Some(_) => fw.groups.remove(name),
    };
    c.save_firewall("cluster", fw);
    Ok(Answer::null())
}
