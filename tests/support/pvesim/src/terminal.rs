//! What `termproxy` makes of a viewer's messages (pve-xtermjs, termproxy/src/main.rs), in front of a guest that echoes.

/// The next whole message; what is not whole is dropped there, so a viewer has to send whole ones.
pub(crate) fn message_size(got: &[u8]) -> Option<usize> {
    match got.first()? {
        b'0' => {
            let (length, at) = number(got, 2)?;
            (got.len() >= at + length).then_some(at + length)
        }
        b'1' => number(got, number(got, 2)?.1).map(|(_, size)| size),
        // a ping, or what is none
        _ => Some(1),
    }
}

fn number(got: &[u8], from: usize) -> Option<(usize, usize)> {
    let colon = from + got.get(from..)?.iter().position(|byte| *byte == b':')?;
    let text = std::str::from_utf8(&got[from..colon]).ok()?;
    Some((text.parse().ok()?, colon + 1))
}

/// `termproxy`'s yes, and what `qm terminal` says first.
pub(crate) fn greeting(port: u8) -> Vec<u8> {
    format!("OKstarting serial terminal on interface serial{port}\r\n").into_bytes()
}

/// `qm terminal` where there is no such port; then it ends.
pub(crate) fn without() -> Vec<u8> {
    b"OKunable to find a serial interface\r\n".to_vec()
}

/// What the guest answers.
pub(crate) fn echo(message: &[u8]) -> Vec<u8> {
    match (message.first(), number(message, 2)) {
        (Some(b'0'), Some((_, at))) => message[at..].to_vec(),
        (Some(b'1'), Some((columns, at))) => {
            let rows = number(message, at).map_or(0, |(rows, _)| rows);
            format!("[{columns}x{rows}]").into_bytes()
        }
        _ => vec![],
    }
}
