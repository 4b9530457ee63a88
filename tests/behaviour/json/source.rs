//! The types of requests and replies, read from the source: what serde makes of them, and what their comments say.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use syn::{Attribute, Fields, FnArg, GenericArgument, Item, PathArguments, ReturnType};

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// Whatever it is.
    Any,
    Boolean,
    Number,
    Text,
    /// Text of a kind that readers know by a name of its own.
    Word(&'static str),
    List(Box<Type>),
    /// An object whose keys are no names of fields.
    Map(Box<Type>),
    OrNull(Box<Type>),
    /// One of the described types.
    Named(String),
    /// A request that has the fields of an order, and its own.
    With(Box<Type>),
}

/// A field of an object.
#[derive(Debug)]
pub struct Field {
    pub name: String,
    pub ty: Type,
    pub meaning: String,
    /// Whether the object has its fields in the place of it.
    pub flat: bool,
    /// Whether a reply may be without it.
    pub may_miss: bool,
}

/// What an enum may be.
#[derive(Debug)]
pub struct Variant {
    pub name: String,
    pub meaning: String,
    /// `None`: the word alone.
    pub holds: Option<Type>,
    pub fields: Vec<Field>,
}

#[derive(Debug)]
pub enum Form {
    Object(Vec<Field>),
    /// Words, or objects of one field of that name.
    Words(Vec<Variant>),
    /// One of several types.
    Either(Vec<Variant>),
    /// Objects that a field tells apart.
    Tagged(String, Vec<Variant>),
}

/// A type of requests or replies.
#[derive(Debug)]
pub struct Described {
    pub meaning: String,
    pub form: Form,
}

/// A verb: what it is asked with, what it answers, what it does.
#[derive(Debug, Clone)]
pub struct Verb {
    pub request: Type,
    pub reply: Type,
    pub meaning: String,
}

/// All that the source says.
pub struct Api {
    types: BTreeMap<String, Vec<(String, Described)>>,
    pub verbs: BTreeMap<String, Verb>,
}

/// What is no object of its own, by the name of its type.
fn leaf(name: &str) -> Option<Type> {
    Some(match name {
        "Value" => Type::Any,
        "bool" | "Flag" => Type::Boolean,
        "u8" | "u16" | "u32" | "u64" | "usize" | "i32" | "i64" | "f64" | "Id" | "Number" | "Vmid" | "ServiceId"
        | "ServerId" => Type::Number,
        "UnixSeconds" => Type::Word("time"),
        "IpAddr" => Type::Word("address"),
        "Status" => Type::Word("local status"),
        "str" | "String" | "Text" | "Upid" | "NodeName" | "StorageId" | "Bridge" | "SnippetName" => Type::Text,
        _ => return None,
    })
}

/// Read once.
pub fn api() -> &'static Api {
    static API: OnceLock<Api> = OnceLock::new();
    API.get_or_init(Api::read)
}

impl Api {
    fn read() -> Api {
        let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut files = Vec::new();
        collect(&src, &mut files);
        files.sort();
        let mut api = Api {
            types: BTreeMap::new(),
            verbs: BTreeMap::new(),
        };
        let mut functions = BTreeMap::new();
        let mut modules = BTreeMap::new();
        for path in files {
            let text = std::fs::read_to_string(&path).unwrap();
            let file = syn::parse_file(&text).unwrap();
            let path = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
            for item in file.items {
                match item {
                    Item::Struct(item) if is_json(&item.attrs) => {
                        let form = Form::Object(fields(&item.fields));
                        api.take(&path, &item.ident, &item.attrs, form);
                    }
                    Item::Enum(item) if is_json(&item.attrs) => {
                        let form = choice(&item.attrs, item.variants.iter());
                        api.take(&path, &item.ident, &item.attrs, form);
                    }
                    Item::Fn(item) if path.starts_with("api/") => {
                        functions.insert((path.clone(), item.sig.ident.to_string()), item);
                    }
                    Item::Macro(item) if path == "api/mod.rs" && item.mac.path.is_ident("verbs") => {
                        modules.extend(listed(item.mac.tokens));
                    }
                    _ => {}
                }
            }
        }
        api.resolve();
        for (verb, module) in modules {
            let file = format!("api/{module}");
            let found = (functions.iter())
                .find(|((path, name), _)| *name == verb && path.strip_prefix(&file).is_some_and(is_of_module));
            let (_, function) = found.unwrap_or_else(|| panic!("src/{file} has no function {verb}"));
            let request = match &function.sig.inputs[1] {
                FnArg::Typed(argument) => shown(&argument.ty),
                FnArg::Receiver(_) => panic!("{verb} is no function of its own"),
            };
            let ReturnType::Type(_, reply) = &function.sig.output else {
                panic!("{verb} answers nothing")
            };
            let verb_is = Verb {
                request,
                reply: shown(argument_of(reply, 0)),
                meaning: said(&function.attrs, &verb),
            };
            api.verbs.insert(verb, verb_is);
        }
        api
    }

    fn take(&mut self, path: &str, name: &syn::Ident, attributes: &[Attribute], form: Form) {
        let meaning = comment(attributes);
        let described = Described { meaning, form };
        let known = self.types.entry(name.to_string()).or_default();
        known.push((path.to_owned(), described));
    }

    /// Of several types of one name, a type of the same file means its own: it is called `file#name` from then on.
    fn resolve(&mut self) {
        let of_several = self.types.iter().filter(|(_, known)| known.len() > 1);
        let files = |known: &[(String, Described)]| known.iter().map(|(path, _)| path.clone()).collect();
        let several: Vec<(String, Vec<String>)> =
            of_several.map(|(name, known)| (name.clone(), files(known))).collect();
        for (path, described) in self.types.values_mut().flatten() {
            for (name, _) in several.iter().filter(|(_, files)| files.contains(path)) {
                described.form.rename(name, &format!("{path}#{name}"));
            }
        }
        for (name, _) in several {
            for (path, described) in self.types.remove(&name).unwrap() {
                self.types.insert(format!("{path}#{name}"), vec![(path, described)]);
            }
        }
    }

    /// Whether a type of JSON has this name.
    pub fn has(&self, name: &str) -> bool {
        self.types.contains_key(name)
    }

    /// The type of a name.
    pub fn described(&self, name: &str) -> &Described {
        let known = self.types.get(name).and_then(|known| known.first());
        let (_, described) = known.unwrap_or_else(|| panic!("{name} is no type of JSON, or the name of several"));
        described
    }
}

impl Form {
    fn rename(&mut self, from: &str, to: &str) {
        match self {
            Form::Object(fields) => fields.iter_mut().for_each(|field| field.ty.rename(from, to)),
            Form::Words(variants) | Form::Either(variants) | Form::Tagged(_, variants) => {
                for variant in variants {
                    variant.holds.iter_mut().for_each(|ty| ty.rename(from, to));
                    let fields = variant.fields.iter_mut();
                    fields.for_each(|field| field.ty.rename(from, to));
                }
            }
        }
    }
}

impl Type {
    fn rename(&mut self, from: &str, to: &str) {
        match self {
            Type::Named(name) if name == from => to.clone_into(name),
            Type::List(of) | Type::Map(of) | Type::OrNull(of) | Type::With(of) => of.rename(from, to),
            _ => {}
        }
    }
}

/// The rest of a path behind a module's name: `.rs`, or a file below.
fn is_of_module(rest: &str) -> bool {
    rest == ".rs" || rest.starts_with('/')
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// `module: one two; other: three;`
fn listed(tokens: TokenStream) -> Vec<(String, String)> {
    let mut verbs = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut module = String::new();
    for token in tokens {
        match token {
            TokenTree::Ident(word) => words.push(word.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == ':' => module = words.pop().unwrap(),
            TokenTree::Punct(_) => verbs.extend(words.drain(..).map(|verb| (verb, module.clone()))),
            other => panic!("{other} in the list of verbs"),
        }
    }
    verbs
}

/// What stands in the attributes of a name, each as text without blanks.
fn arguments(attributes: &[Attribute], name: &str) -> Vec<String> {
    let of = attributes.iter().filter(|attribute| attribute.path().is_ident(name));
    let lists = of.filter_map(|attribute| attribute.meta.require_list().ok());
    let texts = lists.map(|list| list.tokens.to_string().replace(' ', ""));
    texts
        .flat_map(|text| text.split(',').map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

fn is_json(attributes: &[Attribute]) -> bool {
    let derived = arguments(attributes, "derive");
    derived.iter().any(|name| name == "Serialize" || name == "Deserialize")
}

/// The value of `key="value"` among serde's words.
fn serde(attributes: &[Attribute], key: &str) -> Option<String> {
    let words = arguments(attributes, "serde");
    let value = words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
    value.map(|value| value.trim_matches('"').to_owned())
}

fn has_serde(attributes: &[Attribute], word: &str) -> bool {
    arguments(attributes, "serde").iter().any(|known| known == word)
}

/// The first paragraph of a comment, on one line. Links of rustdoc become what they are called.
fn comment(attributes: &[Attribute]) -> String {
    let mut text = String::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let syn::Meta::NameValue(value) = &attribute.meta else {
            continue;
        };
        let syn::Expr::Lit(literal) = &value.value else {
            continue;
        };
        let syn::Lit::Str(line) = &literal.lit else { continue };
        match line.value().trim() {
            "" => break,
            line if text.is_empty() => text = line.to_owned(),
            line => text = format!("{text} {line}"),
        }
    }
    plain(&text)
}

fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("[`") {
        let (name, behind) = behind.split_once("`]").unwrap();
        let behind = match behind.strip_prefix('(') {
            Some(link) => link.split_once(')').unwrap().1,
            None => behind,
        };
        out = format!("{out}{before}`{name}`");
        rest = behind;
    }
    (out + rest).replace('|', "\\|")
}

/// What must not be left unsaid.
fn said(attributes: &[Attribute], of: &str) -> String {
    let text = comment(attributes);
    assert!(
        !text.is_empty(),
        "{of} has no comment, and so no meaning in docs/json.md"
    );
    text
}

fn fields(all: &Fields) -> Vec<Field> {
    let kept = all.iter().filter(|field| !has_serde(&field.attrs, "skip"));
    let described = kept.map(|field| {
        let name = field.ident.as_ref().map_or_else(|| "0".to_owned(), ToString::to_string);
        let name = name.trim_start_matches("r#").to_owned();
        let ty = shown(&field.ty);
        let may_miss = arguments(&field.attrs, "serde")
            .iter()
            .any(|word| word.starts_with("skip_serializing_if"));
        // of an object that may miss a field and of one whose field may be null, the first is told by the field
        let ty = match ty {
            Type::OrNull(some) if may_miss => *some,
            other => other,
        };
        Field {
            meaning: comment(&field.attrs),
            name: serde(&field.attrs, "rename").unwrap_or(name),
            ty,
            flat: has_serde(&field.attrs, "flatten"),
            may_miss,
        }
    });
    described.collect()
}

fn choice<'a>(attributes: &[Attribute], variants: impl Iterator<Item = &'a syn::Variant>) -> Form {
    let case = serde(attributes, "rename_all").unwrap_or_default();
    let variant = |variant: &syn::Variant| {
        let fields = fields(&variant.fields);
        let holds = match (&variant.fields, fields.as_slice()) {
            (Fields::Unnamed(_), [one]) => Some(one.ty.clone()),
            _ => None,
        };
        Variant {
            name: cased(&variant.ident.to_string(), &case),
            meaning: comment(&variant.attrs),
            fields: if holds.is_some() { Vec::new() } else { fields },
            holds,
        }
    };
    let variants = variants.map(variant).collect();
    match serde(attributes, "tag") {
        Some(tag) => Form::Tagged(tag, variants),
        None if has_serde(attributes, "untagged") => Form::Either(variants),
        None => Form::Words(variants),
    }
}

fn cased(name: &str, case: &str) -> String {
    match case {
        "lowercase" => name.to_lowercase(),
        "UPPERCASE" => name.to_uppercase(),
        "snake_case" => {
            let mut out = String::new();
            for (at, letter) in name.chars().enumerate() {
                if letter.is_uppercase() && at > 0 {
                    out.push('_');
                }
                out.extend(letter.to_lowercase());
            }
            out
        }
        _ => name.to_owned(),
    }
}

/// The type that stands between a type's angle brackets.
fn argument_of(ty: &syn::Type, index: usize) -> &syn::Type {
    let syn::Type::Path(path) = ty else { panic!("no path") };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last().unwrap().arguments else {
        panic!("no arguments")
    };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.nth(index).unwrap()
}

/// What a type of Rust is in JSON.
pub fn shown(ty: &syn::Type) -> Type {
    match ty {
        syn::Type::Reference(reference) => shown(&reference.elem),
        syn::Type::Slice(slice) => Type::List(Box::new(shown(&slice.elem))),
        syn::Type::Array(array) => Type::List(Box::new(shown(&array.elem))),
        syn::Type::Path(path) => {
            let name = path.path.segments.last().unwrap().ident.to_string();
            let inner = |index| Box::new(shown(argument_of(ty, index)));
            match name.as_str() {
                "Option" => Type::OrNull(inner(0)),
                "Vec" | "BTreeSet" => Type::List(inner(0)),
                "BTreeMap" | "Map" => Type::Map(inner(1)),
                "Box" => *inner(0),
                "With" => Type::With(inner(0)),
                _ => leaf(&name).unwrap_or(Type::Named(name)),
            }
        }
        // found out where somebody asks for it
        _ => Type::Named("a tuple".to_owned()),
    }
}
