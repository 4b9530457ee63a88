//! The websocket of pveproxy (`PVE::APIServer::AnyEvent::websocket_proxy`), as strict as it: frames of clients are masked,
//! whole, without reserved bits, and have at most 128 KiB.

use std::io::{self, Write};

use data_encoding::BASE64;
use sha1::{Digest, Sha1};

use crate::types::Request;

/// The largest frame of a client.
const MAX_FRAME: usize = 128 * 1024;
/// RFC 6455.
const MAGIC: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Is it a request for one?
pub fn is_wanted(request: &Request) -> bool {
    let path = request.path.split('?').next().unwrap_or_default();
    request.method == "GET" && path.ends_with("websocket") && request.get_header("upgrade").is_some()
}

/// Switches protocols, unless the request asks for it wrongly: then the connection is closed without a word.
pub fn accept(request: &Request, out: &mut impl Write) -> io::Result<bool> {
    let version = request.get_header("sec-websocket-version") == Some("13");
    let upgrade = request.get_header("upgrade") == Some("websocket");
    let Some(key) = request.get_header("sec-websocket-key").filter(|_| version && upgrade) else {
        return Ok(false);
    };
    let accept = BASE64.encode(&Sha1::digest(format!("{key}{MAGIC}").as_bytes()));
    let mut head = format!(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\nSec-WebSocket-Accept: {accept}\r\n"
    );
    if let Some(protocol) = request.get_header("sec-websocket-protocol") {
        head.push_str(&format!("Sec-WebSocket-Protocol: {protocol}\r\n"));
    }
    head.push_str("\r\n");
    out.write_all(head.as_bytes())?;
    out.flush()?;
    Ok(true)
}

/// What a client sends.
pub enum Frame {
    /// To the port.
    Data(Vec<u8>),
    /// To be given back.
    Ping(Vec<u8>),
    /// Its end.
    Close,
    /// What has no meaning.
    Nothing,
}

/// Takes the first whole frame out of a buffer; `None`: it is not all there.
pub fn take(buffer: &mut Vec<u8>) -> Result<Option<Frame>, &'static str> {
    let Some(&[first, second]) = buffer.first_chunk() else {
        return Ok(None);
    };
    if first & 0x80 == 0 {
        return Err("received fragmented websocket frame");
    }
    if first & 0x70 != 0 {
        return Err("received websocket frame with RSV flags");
    }
    if second & 0x80 == 0 {
        return Err("received unmasked websocket frame from client");
    }
    let (size, at) = match second & 0x7f {
        126 => match buffer.get(2..4) {
            Some(bytes) => (usize::from(bytes[0]) << 8 | usize::from(bytes[1]), 4),
            None => return Ok(None),
        },
        127 => match buffer.get(2..10) {
            Some(bytes) => (
                bytes.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte)) as usize,
                10,
            ),
            None => return Ok(None),
        },
        short => (usize::from(short), 2),
    };
    if size > MAX_FRAME {
        return Err("received too large websocket frame");
    }
    let end = at + 4 + size;
    if buffer.len() < end {
        return Ok(None);
    }
    let mask = [buffer[at], buffer[at + 1], buffer[at + 2], buffer[at + 3]];
    let payload = buffer[at + 4..end]
        .iter()
        .enumerate()
        .map(|(i, byte)| byte ^ mask[i % 4])
        .collect();
    buffer.drain(..end);
    match first & 0x0f {
        1 | 2 => Ok(Some(Frame::Data(payload))),
        8 => Ok(Some(Frame::Close)),
        9 => Ok(Some(Frame::Ping(payload))),
        10 => Ok(Some(Frame::Nothing)),
        _ => Err("received unhandled websocket opcode"),
    }
}

/// A frame of the server: `0x82` is data, `0x8a` answers a ping.
pub fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match payload.len() {
        short if short <= 125 => frame.push(short as u8),
        middle if middle <= 0xffff => {
            frame.push(126);
            frame.extend((middle as u16).to_be_bytes());
        }
        long => {
            frame.push(127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_as_strict_as_pveproxy() {
        let masked =
            |first: u8, size: u8| [&[first, 0x80 | size, 0, 0, 0, 0][..], &vec![7; usize::from(size)]].concat();
        let mut whole = masked(0x82, 3);
        assert!(matches!(take(&mut whole), Ok(Some(Frame::Data(data))) if data == [7; 3]));
        for (frame, why) in [
            (masked(0x02, 1), "fragmented"),
            (masked(0xc2, 1), "RSV"),
            (vec![0x82, 1, 7], "unmasked"),
            ([&[0x82, 0xff][..], &[0; 5], &[2, 0, 1]].concat(), "too large"),
            (masked(0x83, 1), "opcode"),
        ] {
            let refused = take(&mut frame.clone()).err().unwrap_or_default();
            assert!(refused.contains(why), "{frame:?}: {refused}");
        }
        assert!(
            matches!(take(&mut masked(0x82, 9)[..10].to_vec()), Ok(None)),
            "the rest may come"
        );
    }
}
