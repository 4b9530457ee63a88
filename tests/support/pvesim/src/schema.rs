//! Checks parameters as `PVE::JSONSchema` does, with its wording (golden sections *vmid validation*, *config*, *clone*).
//!
//! Two sources give the same [`Specs`]: the recorded API schema where it is found (environment `PVESIM_DATA`, else
//! `../shared/data` beside the repository), and short hand-written lines in the route table, so that a parameter sent by
//! mistake is refused without the schema too.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

use regex::Regex;
use serde_json::Value;

use crate::formats;
use crate::options::Version;
use crate::types::{Params, Val};

/// Type of one parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// string
    Text,
    /// integer
    Int,
    /// number
    Num,
    /// boolean
    Bool,
    /// array
    List,
}

/// One parameter's rules.
#[derive(Debug, Clone)]
pub struct Spec {
    /// Type.
    pub kind: Kind,
    /// May be missing.
    pub optional: bool,
    min: Option<f64>,
    max: Option<f64>,
    min_len: Option<usize>,
    max_len: Option<usize>,
    pattern: Option<Regex>,
    enums: Vec<String>,
    format: Option<String>,
    requires: Option<String>,
}

impl Spec {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            optional: true,
            min: None,
            max: None,
            min_len: None,
            max_len: None,
            pattern: None,
            enums: vec![],
            format: None,
            requires: None,
        }
    }

    fn from_schema(v: &Value) -> Self {
        let kind = match v["type"].as_str() {
            Some("integer") => Kind::Int,
            Some("number") => Kind::Num,
            Some("boolean") => Kind::Bool,
            Some("array") => Kind::List,
            _ => Kind::Text,
        };
        let number = |k: &str| v[k].as_f64().or_else(|| v[k].as_str().and_then(|s| s.parse().ok()));
        Self {
            optional: number("optional") == Some(1.0),
            min: number("minimum"),
            max: number("maximum"),
            min_len: number("minLength").map(|n| n as usize),
            max_len: number("maxLength").map(|n| n as usize),
            pattern: v["pattern"].as_str().and_then(compile),
            enums: v["enum"]
                .as_array()
                .map(|a| a.iter().filter_map(text_of).collect())
                .unwrap_or_default(),
            format: v["format"].as_str().map(str::to_owned),
            requires: v["requires"].as_str().map(str::to_owned),
            ..Self::new(kind)
        }
    }

    /// One word of the hand-written lines: `bool`, `int(0..)`, `str#40`, `enum(a|b)`, `list`, or a format's name.
    fn from_word(word: &str) -> Self {
        if let Some(rest) = word.strip_prefix("enum(") {
            let mut s = Self::new(Kind::Text);
            s.enums = rest.trim_end_matches(')').split('|').map(str::to_owned).collect();
            return s;
        }
        if let Some(rest) = word.strip_prefix("re/") {
            let mut s = Self::new(Kind::Text);
            s.pattern = compile(rest.trim_end_matches('/'));
            return s;
        }
        if let Some(len) = word.strip_prefix("str#") {
            let mut s = Self::new(Kind::Text);
            s.max_len = len.parse().ok();
            return s;
        }
        let (name, range) = word.split_once('(').unwrap_or((word, ""));
        let mut s = match name {
            "int" => Self::new(Kind::Int),
            "num" => Self::new(Kind::Num),
            "bool" => Self::new(Kind::Bool),
            "list" => Self::new(Kind::List),
            "str" => Self::new(Kind::Text),
            "vmid" => Self {
                format: Some("pve-vmid".into()),
                ..Self::new(Kind::Int)
            },
            format => Self {
                format: Some(format.to_owned()),
                ..Self::new(Kind::Text)
            },
        };
        if let Some((lo, hi)) = range.trim_end_matches(')').split_once("..") {
            s.min = lo.parse().ok();
            s.max = hi.parse().ok();
        }
        s
    }

    fn check(&self, name: &str, value: &Val) -> Result<(), String> {
        if self.kind == Kind::List {
            return Ok(());
        }
        let text = match value {
            Val::Text(t) => t.as_str(),
            Val::List(_) => return Err(format!("type check ('{}') failed - got ARRAY", self.kind_name())),
            Val::Hash => return Err(format!("type check ('{}') failed - got HASH", self.kind_name())),
        };
        let typed = match self.kind {
            Kind::Int => is_int(text),
            Kind::Num => text.parse::<f64>().is_ok() && !text.contains(['i', 'n', 'N', 'I']),
            Kind::Bool => text == "0" || text == "1",
            _ => true,
        };
        if !typed {
            return Err(format!("type check ('{}') failed - got '{text}'", self.kind_name()));
        }
        if let Some(f) = &self.format {
            formats::check(f, name, text).map_err(|e| format!("invalid format - {e}\n"))?;
        } else {
            formats::check_option(name, text).map_err(|e| format!("invalid format - {e}\n"))?;
        }
        if let Some(p) = &self.pattern
            && !p.is_match(text)
        {
            return Err("value does not match the regex pattern".into());
        }
        self.check_limits(text)
    }

    fn check_limits(&self, text: &str) -> Result<(), String> {
        if !self.enums.is_empty() && !self.enums.iter().any(|e| e == text) {
            return Err(format!(
                "value '{text}' does not have a value in the enumeration '{}'",
                self.enums.join(", ")
            ));
        }
        if let Some(n) = self.max_len
            && text.chars().count() > n
        {
            return Err(format!("value may only be {n} characters long"));
        }
        if let Some(n) = self.min_len
            && text.chars().count() < n
        {
            return Err(format!("value must be at least {n} characters long"));
        }
        let number: f64 = text.parse().unwrap_or(0.0);
        if matches!(self.kind, Kind::Int | Kind::Num) {
            if self.min.is_some_and(|m| number < m) {
                return Err(format!(
                    "value must have a minimum value of {}",
                    self.min.unwrap_or_default()
                ));
            }
            if self.max.is_some_and(|m| number > m) {
                return Err(format!(
                    "value must have a maximum value of {}",
                    self.max.unwrap_or_default()
                ));
            }
        }
        Ok(())
    }

    fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Text => "string",
            Kind::Int => "integer",
            Kind::Num => "number",
            Kind::Bool => "boolean",
            Kind::List => "array",
        }
    }
}

fn text_of(v: &Value) -> Option<String> {
    v.as_str()
        .map(str::to_owned)
        .or_else(|| v.as_i64().map(|n| n.to_string()))
}

fn is_int(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

fn compile(pattern: &str) -> Option<Regex> {
    let p = pattern
        .replace("(?^:", "(?:")
        .replace("{,", "{0,")
        .replace("\\S", "[^ \\t\\n]");
    Regex::new(&format!("^(?:{p})$")).ok()
}

/// Highest index (exclusive) of `net[n]` and its like.
fn index_limit(base: &str) -> u32 {
    match base {
        "scsi" => 31,
        "ide" | "serial" => 4,
        "sata" => 6,
        "virtio" | "hostpci" => 16,
        "unused" => 256,
        "usb" => 14,
        "parallel" => 3,
        "numa" => 8,
        "virtiofs" => 10,
        "mp" => 256,
        _ => 32,
    }
}

/// All parameters of one method.
#[derive(Debug, Clone, Default)]
pub struct Specs {
    fixed: BTreeMap<String, Spec>,
    indexed: BTreeMap<String, Spec>,
    open: bool,
}

impl Specs {
    fn from_schema(method: &Value) -> Self {
        let mut specs = Self {
            open: method["parameters"]["additionalProperties"].as_i64() == Some(1),
            ..Self::default()
        };
        if let Some(props) = method["parameters"]["properties"].as_object() {
            for (name, v) in props {
                specs.insert(name, Spec::from_schema(v));
            }
        }
        specs
    }

    /// Reads a hand-written line: `newid!:vmid full:bool …`.
    pub fn from_line(line: &str) -> Self {
        let mut specs = Self::default();
        for word in line.split_whitespace() {
            let (name, kind) = word.split_once(':').unwrap_or((word, "str"));
            let mut spec = Spec::from_word(kind);
            spec.optional = !name.ends_with('!');
            specs.insert(name.trim_end_matches('!'), spec);
        }
        specs
    }

    fn insert(&mut self, name: &str, spec: Spec) {
        match name.strip_suffix("[n]") {
            Some(base) => self.indexed.insert(base.to_owned(), spec),
            None => self.fixed.insert(name.to_owned(), spec),
        };
    }

    /// Is this name known?
    pub fn find(&self, name: &str) -> Option<&Spec> {
        if let Some(s) = self.fixed.get(name) {
            return Some(s);
        }
        let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let index = &name[base.len()..];
        let n: u32 = index.parse().ok()?;
        if index != n.to_string() || n >= index_limit(base) {
            return None;
        }
        self.indexed.get(base)
    }

    /// Checks all parameters; the map of errors is PVE's `errors`.
    pub fn check(&self, params: &Params) -> Result<(), BTreeMap<String, String>> {
        let mut errors = BTreeMap::new();
        for (name, value) in &params.0 {
            match self.find(name) {
                None if self.open => {}
                None => {
                    errors.insert(
                        name.clone(),
                        "property is not defined in schema and the schema does not allow additional properties".into(),
                    );
                }
                Some(spec) => {
                    if let Err(e) = spec.check(name, value) {
                        errors.insert(name.clone(), e);
                    }
                    if let Some(needed) = spec.requires.as_ref().filter(|n| !params.0.contains_key(*n)) {
                        errors
                            .entry(needed.clone())
                            .or_insert_with(|| format!("missing property - '{name}' requires this property"));
                    }
                }
            }
        }
        for (name, spec) in &self.fixed {
            if !spec.optional && !params.0.contains_key(name) {
                errors.insert(name.clone(), "property is missing and it is not optional".into());
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

/// The schema of one version: method and path pattern to parameters.
#[derive(Debug, Default)]
pub struct Schema {
    methods: BTreeMap<(String, String), Specs>,
}

impl Schema {
    /// Parameters of `POST /nodes/{node}/…`.
    pub fn find(&self, method: &str, pattern: &str) -> Option<&Specs> {
        self.methods.get(&(method.to_owned(), pattern.to_owned()))
    }

    /// Does any method of the schema match this concrete path?
    pub fn knows(&self, method: &str, segments: &[String]) -> bool {
        self.methods.keys().any(|(m, p)| {
            let parts: Vec<&str> = p.split('/').filter(|s| !s.is_empty()).collect();
            m == method
                && parts.len() == segments.len()
                && parts.iter().zip(segments).all(|(a, b)| a.starts_with('{') || a == b)
        })
    }

    fn walk(&mut self, node: &Value) {
        if let (Some(path), Some(info)) = (node["path"].as_str(), node["info"].as_object()) {
            for (method, v) in info {
                self.methods
                    .insert((method.clone(), path.to_owned()), Specs::from_schema(v));
            }
        }
        for child in node["children"].as_array().into_iter().flatten() {
            self.walk(child);
        }
    }
}

/// Folder of the recorded data, if there is one.
pub fn data_dir() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    let dir = std::env::var_os("PVESIM_DATA").map_or_else(beside, PathBuf::from);
    dir.is_dir().then_some(dir)
}

/// Reads `name` or `name.gz` from the data folder.
pub fn read_data(name: &str) -> Option<Value> {
    let dir = data_dir()?;
    if let Ok(bytes) = std::fs::read(dir.join(name)) {
        return serde_json::from_slice(&bytes).ok();
    }
    let packed = std::fs::read(dir.join(format!("{name}.gz"))).ok()?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_end(&mut bytes).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// The schema of a version, read once per process; `None` without the data folder.
pub fn load(version: Version) -> Option<Arc<Schema>> {
    type Cache = Mutex<BTreeMap<&'static str, Option<Arc<Schema>>>>;
    static CACHE: OnceLock<Cache> = OnceLock::new();
    let mut cache = CACHE.get_or_init(Cache::default).lock().ok()?;
    cache
        .entry(version.release())
        .or_insert_with(|| {
            let tree = read_data(&format!("pve-apidoc-{}.json", version.release()))?;
            let mut schema = Schema::default();
            for root in tree.as_array()? {
                schema.walk(root);
            }
            Some(Arc::new(schema))
        })
        .clone()
}
