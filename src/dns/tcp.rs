//! DNS messages over TCP, within a time limit for each.

use super::error::Error;
use super::provider::Budget;
use crate::words::limits;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// A connection to a server, which `name` names in errors.
pub(super) fn connect(server: SocketAddr, name: &str, budget: &Budget<'_>) -> Result<TcpStream, Error> {
    let time = budget.request()?.min(limits::CONNECT_TIMEOUT);
    TcpStream::connect_timeout(&server, time).map_err(|error| Error::NeverSent {
        server: name.to_owned(),
        why: plain_words(&error),
    })
}

/// One message and its answer.
pub(super) fn ask(
    stream: &mut TcpStream,
    message: &[u8],
    name: &str,
    what: &str,
    budget: &Budget<'_>,
) -> Result<Vec<u8>, Error> {
    transfer(stream, message, budget).map_err(|error| Error::NoAnswer {
        server: name.to_owned(),
        what: what.to_owned(),
        why: plain_words(&error),
    })
}

/// Length and message there, length and message back.
fn transfer(stream: &mut TcpStream, message: &[u8], budget: &Budget<'_>) -> io::Result<Vec<u8>> {
    let length = u16::try_from(message.len()).map_err(|_| io::Error::other("the message is too long"))?;
    stream.set_write_timeout(Some(left(budget)?))?;
    stream.write_all(&[&length.to_be_bytes(), message].concat())?;
    let mut length = [0; 2];
    fill(stream, &mut length, budget)?;
    let mut answer = vec![0; usize::from(u16::from_be_bytes(length))];
    fill(stream, &mut answer, budget)?;
    Ok(answer)
}

/// `read_exact` under one limit for all its parts: a server that sends byte by byte gets no more time.
fn fill(stream: &mut TcpStream, mut rest: &mut [u8], budget: &Budget<'_>) -> io::Result<()> {
    while !rest.is_empty() {
        stream.set_read_timeout(Some(left(budget)?))?;
        match stream.read(rest) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => rest = rest.split_at_mut(count).1,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn left(budget: &Budget<'_>) -> io::Result<std::time::Duration> {
    budget.request().map_err(|_| io::ErrorKind::TimedOut.into())
}

fn plain_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => "none within the time limit".to_owned(),
        io::ErrorKind::UnexpectedEof => "the connection was closed".to_owned(),
        _ => error.to_string(),
    }
}
