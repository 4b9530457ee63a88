//! HTTP/1.1 on one connection, as PVE's server speaks it (golden *http level*, `PVE::APIServer::AnyEvent`): custom reason
//! phrases, keep-alive, 501 for chunked bodies, 301 for plain HTTP.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::cluster::MAX_BODY;
use crate::types::{Reply, Request};

/// Largest head we take.
const MAX_HEAD: usize = 64 * 1024;

/// What reading a request led to.
pub enum Incoming {
    /// A request; keep the connection afterwards?
    Request(Request, bool),
    /// An answer without a request; the connection ends.
    Refused(Reply),
    /// The client closed.
    Closed,
    /// Nothing came for long.
    Idle,
}

/// Reads one request. `buffer` keeps what came too early.
pub fn read(stream: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<Incoming> {
    loop {
        match parse_head(buffer) {
            Head::Done(request, size, keep, length) => {
                if request.method != "GET" && chunked(&request) {
                    let text = "chunked transfer encoding not supported";
                    return Ok(Incoming::Refused(Reply::plain(501, text, text)));
                }
                if length > MAX_BODY {
                    return Ok(Incoming::Refused(Reply::plain(
                        501,
                        "for data too large",
                        "for data too large",
                    )));
                }
                return read_body(stream, buffer, *request, size, length, keep);
            }
            Head::Bad => return Ok(Incoming::Refused(Reply::plain(400, "bad request", "bad request"))),
            Head::Partial if buffer.len() > MAX_HEAD => {
                return Ok(Incoming::Refused(Reply::plain(400, "bad request", "bad request")));
            }
            Head::Partial => match fill(stream, buffer) {
                Ok(true) => {}
                Ok(false) => return Ok(Incoming::Closed),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Incoming::Idle),
                Err(error) => return Err(error),
            },
        }
    }
}

fn fill(stream: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let mut chunk = [0_u8; 16 * 1024];
    let n = stream.read(&mut chunk)?;
    buffer.extend_from_slice(&chunk[..n]);
    Ok(n > 0)
}

fn read_body(
    stream: &mut impl Read,
    buffer: &mut Vec<u8>,
    mut request: Request,
    head: usize,
    length: usize,
    keep: bool,
) -> io::Result<Incoming> {
    while buffer.len() < head + length {
        if !fill(stream, buffer)? {
            return Ok(Incoming::Closed);
        }
    }
    request.body = buffer[head..head + length].to_vec();
    buffer.drain(..head + length);
    Ok(Incoming::Request(request, keep))
}

enum Head {
    Done(Box<Request>, usize, bool, usize),
    Partial,
    Bad,
}

fn chunked(request: &Request) -> bool {
    request
        .get_header("transfer-encoding")
        .is_some_and(|v| v.to_ascii_lowercase().contains("chunked"))
}

fn parse_head(buffer: &[u8]) -> Head {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut parsed = httparse::Request::new(&mut headers);
    let size = match parsed.parse(buffer) {
        Ok(httparse::Status::Complete(n)) => n,
        Ok(httparse::Status::Partial) => return Head::Partial,
        Err(_) => return Head::Bad,
    };
    let mut request = Request {
        method: parsed.method.unwrap_or_default().to_owned(),
        path: parsed.path.unwrap_or_default().to_owned(),
        ..Request::default()
    };
    for h in parsed.headers.iter() {
        let value = String::from_utf8_lossy(h.value).trim().to_owned();
        request.headers.push((h.name.to_ascii_lowercase(), value));
    }
    let length = request
        .get_header("content-length")
        .and_then(|l| l.parse().ok())
        .unwrap_or(0);
    let connection = request
        .get_header("connection")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let keep = if parsed.version == Some(0) {
        connection == "keep-alive"
    } else {
        !connection.contains("close")
    };
    Head::Done(Box::new(request), size, keep, length)
}

/// From this length on an answer is packed for a client that can unpack it (`PVE::APIServer::AnyEvent::response`).
const PACKED_FROM: usize = 1025;

/// The answer as a client gets it that sent this request: packed where both want it.
pub fn pack(mut reply: Reply, request: &Request) -> Reply {
    let unpacks = request
        .get_header("accept-encoding")
        .is_some_and(|names| names.contains("gzip"));
    if unpacks && reply.body.len() >= PACKED_FROM {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        if let Ok(packed) = packer.write_all(&reply.body).and_then(|()| packer.finish()) {
            reply.body = packed;
            reply.headers.push(("Content-Encoding".to_owned(), "gzip".to_owned()));
        }
    }
    reply
}

/// Writes an answer.
pub fn write(stream: &mut impl Write, reply: &Reply, keep: bool) -> io::Result<()> {
    let mut head = format!(
        "HTTP/1.1 {} {}\r\nCache-Control: max-age=0\r\nConnection: {}\r\nPragma: no-cache\r\nServer: pve-api-daemon/3.0\r\n",
        reply.status,
        reply.reason.replace(['\r', '\n'], " "),
        if keep { "Keep-Alive" } else { "close" },
    );
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    // nothing has no length: the end of the connection is its end
    if keep || !reply.body.is_empty() {
        head.push_str(&format!("Content-Length: {}\r\n", reply.body.len()));
    }
    head.push_str("\r\n");
    let mut out = head.into_bytes();
    out.extend_from_slice(&reply.body);
    stream.write_all(&out)?;
    stream.flush()
}

/// The 301 that a plain-HTTP client gets.
pub fn moved(head: &str, port: u16) -> Vec<u8> {
    let path = head.split_whitespace().nth(1).unwrap_or("/");
    let host = head
        .lines()
        .find_map(|l| {
            l.split_once(':')
                .filter(|(n, _)| n.eq_ignore_ascii_case("host"))
                .map(|(_, v)| v.trim().to_owned())
        })
        .unwrap_or_else(|| format!("127.0.0.1:{port}"));
    format!(
        "HTTP/1.1 301 Moved Permanently\r\nConnection: close\r\nLocation: https://{host}{path}\r\n\
         Server: pve-api-daemon/3.0\r\nContent-Length: 17\r\n\r\nMoved Permanently"
    )
    .into_bytes()
}
