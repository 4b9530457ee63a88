//! A server that repeats what it was told: an error page of a proxy that quotes the request, a refusal that quotes the
//! password it did not like.

use serde_json::json;

use crate::text;
use crate::types::{Reply, Request};

/// What a client keeps to itself, as headers and parameters name it.
const SECRET: [&str; 8] = [
    "authorization",
    "cookie",
    "csrfpreventiontoken",
    "x-api-key",
    "cipassword",
    "password",
    "secret_key",
    "access_key",
];

/// How the words are spelled: `percent`, `form`, `json`, `html`, `base64`, else as they are.
fn spelled(words: &str, form: &str) -> String {
    match form {
        "percent" => text::encode(words),
        "lower" => {
            let mut parts = text::encode(words).split('%').map(str::to_owned).collect::<Vec<_>>();
            for part in parts.iter_mut().skip(1) {
                part[..2].make_ascii_lowercase();
            }
            parts.join("%")
        }
        "form" => text::encode(words).replace("%20", "+"),
        "json" => json!(words).to_string().replace('/', "\\/"),
        "html" => words
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
            .replace('\'', "&#039;"),
        "base64" => base64(words.as_bytes()),
        _ => words.to_owned(),
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let triple = |chunk: &[u8]| {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        let digit = |place: u32| char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize]);
        let digits: String = (0..4).map(digit).collect();
        format!("{:=<4}", &digits[..=chunk.len()])
    };
    bytes.chunks(3).map(triple).collect()
}

/// Reason, message and the text of a parameter, each with what the request held of secrets.
pub(crate) fn reply(request: &Request, status: u16, form: &str) -> Reply {
    let body = String::from_utf8_lossy(&request.body).replace('+', " ");
    let parameters = body.split('&').filter_map(|pair| pair.split_once('='));
    let parameters = parameters.map(|(key, value)| (text::decode(key), text::decode(value)));
    let headers = request.headers.iter().cloned();
    let told: Vec<String> = parameters
        .chain(headers)
        .filter(|(key, _)| SECRET.contains(&key.as_str()))
        .map(|(_, value)| value)
        .collect();
    let words = format!("bad request: {}", spelled(&told.join(" "), form));
    let quoted: Vec<String> = told.iter().map(|value| spelled(value, form)).collect();
    Reply::json(
        status,
        &words,
        &json!({"data": null, "message": words, "error": words, "success": false,
            "errors": {"cipassword": format!("invalid format - {}", quoted.join(" "))}}),
    )
}
