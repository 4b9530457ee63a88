//! Long lists, read entry by entry: what is made of one entry is kept, and the entry is gone before the next one.
//!
//! `/cluster/resources` of 44,800 guests has 25 MiB and a million values. As a tree that is half a GiB; here it is one
//! entry at a time, whatever their number.

use serde::de::{DeserializeSeed, Error as _};
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// So many fields of an entry are read; PVE has about thirty.
const FIELDS: usize = 256;

/// Reads `{"data": [{…}, …]}` and hands out the entries, in their order. Of an entry only its texts, numbers and truth
/// values are read; what is no list has no entries, as an answer with `"data": null`.
pub(super) fn entries(answer: &[u8], each: impl FnMut(&Value)) -> Result<(), serde_json::Error> {
    let mut parser = serde_json::Deserializer::from_slice(answer);
    Answer(List(each)).deserialize(&mut parser)?;
    parser.end()
}

/// A value without what is inside of it.
macro_rules! scalars {
    () => {
        fn visit_bool<E>(self, it: bool) -> Result<Self::Value, E> {
            Ok(self.scalar(Value::from(it)))
        }
        fn visit_i64<E>(self, it: i64) -> Result<Self::Value, E> {
            Ok(self.scalar(Value::from(it)))
        }
        fn visit_u64<E>(self, it: u64) -> Result<Self::Value, E> {
            Ok(self.scalar(Value::from(it)))
        }
        fn visit_f64<E>(self, it: f64) -> Result<Self::Value, E> {
            Ok(self.scalar(Value::from(it)))
        }
        fn visit_str<E>(self, it: &str) -> Result<Self::Value, E> {
            Ok(self.scalar(Value::from(it)))
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(self.scalar(Value::Null))
        }
        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str("JSON")
        }
    };
}

fn skip_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<(), A::Error> {
    while list.next_element::<IgnoredAny>()?.is_some() {}
    Ok(())
}

fn skip_object<'de, A: MapAccess<'de>>(mut object: A) -> Result<(), A::Error> {
    while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
    Ok(())
}

struct Answer<F>(List<F>);

impl<'de, F: FnMut(&Value)> DeserializeSeed<'de> for Answer<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_map(self)
    }
}

impl<'de, F: FnMut(&Value)> Visitor<'de> for Answer<F> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut list = Some(self.0);
        while let Some(key) = fields.next_key::<String>()? {
            if key == "data" {
                let list = list.take().ok_or_else(|| A::Error::custom("data is there twice"))?;
                fields.next_value_seed(list)?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct List<F>(F);

impl<F> List<F> {
    #[allow(clippy::unused_self)]
    fn scalar(self, _: Value) {}
}

impl<'de, F: FnMut(&Value)> DeserializeSeed<'de> for List<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&Value)> Visitor<'de> for List<F> {
    type Value = ();

    scalars!();

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(entry) = list.next_element_seed(Entry)? {
            (self.0)(&entry);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<(), A::Error> {
        skip_object(object)
    }
}

struct Entry;

impl Entry {
    #[allow(clippy::unused_self)]
    fn scalar(self, _: Value) -> Value {
        Value::Null
    }
}

impl<'de> DeserializeSeed<'de> for Entry {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<Value, D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entry {
    type Value = Value;

    scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Value, A::Error> {
        skip_list(list).map(|()| Value::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut entry = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            let value = fields.next_value_seed(Scalar)?;
            if entry.len() < FIELDS {
                entry.insert(key, value);
            }
        }
        Ok(Value::Object(entry))
    }
}

struct Scalar;

impl Scalar {
    #[allow(clippy::unused_self)]
    fn scalar(self, value: Value) -> Value {
        value
    }
}

impl<'de> DeserializeSeed<'de> for Scalar {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, parser: D) -> Result<Value, D::Error> {
        parser.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scalar {
    type Value = Value;

    scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Value, A::Error> {
        skip_list(list).map(|()| Value::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Value, A::Error> {
        skip_object(object).map(|()| Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(answer: &str) -> Option<Vec<Value>> {
        let mut all = Vec::new();
        entries(answer.as_bytes(), |entry| all.push(entry.clone())).ok()?;
        Some(all)
    }

    #[test]
    fn entries_are_read_as_they_are_but_for_what_is_inside_of_their_fields() {
        let answer = json!({"total": 3, "data": [
            {"type": "qemu", "vmid": 100, "mem": 1.5, "template": true, "name": null, "inner": {"a": [1, {}]}, "uptime": -1},
            7, [1, 2], "text", null, {}
        ], "errors": {"a": "b"}});
        let mut expected = answer["data"].as_array().unwrap().clone();
        expected[0]["inner"] = Value::Null;
        expected[1..5].fill(Value::Null);
        assert_eq!(read(&answer.to_string()), Some(expected));
    }

    #[test]
    fn what_is_no_list_has_no_entries_and_what_is_no_json_is_an_error() {
        for answer in [
            "{\"data\":null}",
            "{}",
            "{\"data\":{\"a\":[]}}",
            "{\"data\":\"x\"}",
            "{\"data\":[]}",
        ] {
            assert_eq!(read(answer), Some(Vec::new()), "{answer}");
        }
        let deep = format!("{{\"data\":[{}", "[".repeat(100_000));
        for answer in [
            "",
            "[]",
            "7",
            "{\"data\":[",
            "{\"data\":[]} x",
            "{\"data\":[],\"data\":[]}",
            &deep,
        ] {
            assert_eq!(read(answer), None, "{}", &answer[..answer.len().min(40)]);
        }
    }

    #[test]
    fn an_entry_of_very_many_fields_is_cut() {
        let fields: Vec<String> = (0..100_000).map(|number| format!("\"k{number}\":1")).collect();
        let all = read(&format!("{{\"data\":[{{{}}}]}}", fields.join(","))).unwrap();
        assert_eq!(all[0].as_object().unwrap().len(), FIELDS);
    }
}
