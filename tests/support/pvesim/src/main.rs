//! `pvesim`: starts a simulator, says where it is in one line of JSON, runs until its stdin closes.

use std::io::Read;
use std::process::ExitCode;

use pvesim::{NodeSpec, Options, Sim, Version};

const HELP: &str = "pvesim [--port N] [--scale F] [--latency-ms N] [--version 8.4|9.1|9.2] [--nodes a,b] \
                    [--clone-seconds F] [--cpus N] [--secret TEXT] [--seed N] [--lag-seconds F] [--no-schema]";

fn parse(args: &[String]) -> Result<Options, String> {
    let mut o = Options::default();
    let mut cpus = 8;
    let mut it = args.iter();
    while let Some(name) = it.next() {
        if name == "--no-schema" {
            o.schema = false;
            continue;
        }
        let value = it.next().ok_or_else(|| format!("{name} needs a value"))?;
        let number = || {
            value
                .parse::<f64>()
                .map_err(|_| format!("{name}: '{value}' is not a number"))
        };
        match name.as_str() {
            "--port" => o.port = number()? as u16,
            "--scale" => o.scale = number()?,
            "--latency-ms" => o.latency_s = number()? / 1000.0,
            "--clone-seconds" => o.clone_seconds = number()?,
            "--lag-seconds" => o.resources_lag_s = number()?,
            "--cpus" => cpus = number()? as u32,
            "--seed" => o.seed = number()? as u64,
            "--secret" => o.token.1.clone_from(value),
            "--version" => o.version = Version::parse(value).ok_or_else(|| format!("unknown version '{value}'"))?,
            "--nodes" => o.nodes = value.split(',').map(NodeSpec::new).collect(),
            _ => return Err(format!("unknown option {name}\n{HELP}")),
        }
    }
    for n in &mut o.nodes {
        n.cpus = cpus;
    }
    Ok(o)
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|a| a == "--help" || a == "-h") {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let options = match parse(&args) {
        Ok(o) => o,
        Err(text) => {
            eprintln!("pvesim: {text}");
            return ExitCode::from(2);
        }
    };
    let template = options.template;
    let sim = match Sim::try_start(options) {
        Ok(s) => s,
        Err(e) => {
            eprintln!("pvesim: {e}");
            return ExitCode::FAILURE;
        }
    };
    let (id, secret) = sim.token();
    println!(
        "{}",
        serde_json::json!({"url": sim.url(), "fingerprint": sim.fingerprint(), "token_id": id, "token_secret": secret,
            "template": template, "bridge": "vmbr0", "storage": "local", "ca": sim.ca_pem()})
    );
    let mut rest = vec![];
    let _ = std::io::stdin().read_to_end(&mut rest);
    ExitCode::SUCCESS
}
