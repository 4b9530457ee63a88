//! The relay of consoles: between a guest's VNC server, which Proxmox VE hands out behind a websocket, and a browser, which
//! learns nothing of it.
//!
//! The relay answers the VNC server's question for a password itself and offers the browser a screen without one ([`rfb`]),
//! and so it does for the text terminal of a serial port ([`text`]).
//! What a browser sends reaches the guest only as far as its kind is known ([`filter`]). The browser's keys come by
//! requests of their own, and so to other workers of the web server: they pass them on through a socket of this machine
//! ([`door`]). A web server that leads websockets to a process of its own has them by these ([`serve`]). A console ends by itself ([`session`]), and there are few of them ([`places`]).

pub mod door;
mod end;
mod enter;
pub mod entrance;
pub mod filter;
mod listen;
mod open;
mod picture;
pub mod places;
pub mod rfb;
mod screen;
pub mod serve;
pub mod session;
mod talk;
pub mod text;
mod upgrade;
mod websocket;

pub use end::{End, Unfit};
pub use enter::Enters;
pub use open::{end, opened, turn};
pub use picture::{Picture, Png};
pub use screen::{NoScreen, Screen, picture, screen, within};
pub use session::{Opening, Session, Story, Turned, Way};
