//! The login of a server entry: a token with each request, or a ticket that is renewed. And what of it nobody may read.

use super::{Client, Request, guard, read_answer};
use crate::pve::error::{Error, UNDERSTOOD};
use crate::pve::meter::Kind;
use crate::pve::wire::Method;
use crate::server::{Login, Secret};
use crate::words::ids::UnixSeconds;
use crate::words::limits;
use std::sync::MutexGuard;

pub(super) struct Ticket {
    cookie: String,
    csrf: String,
    renew_at: UnixSeconds,
}

impl Client {
    /// A node's text without the secrets that it was told, in any spelling.
    pub(in crate::pve) fn masked(&self, text: &str) -> String {
        let login = match &self.shared.login {
            Login::ApiToken { secret, .. } => secret,
            Login::Password { password, .. } => password,
        };
        let mut secrets = self.secrets.clone().and(login);
        // whoever holds it at this moment asks for a new ticket, and is not told the old one
        if let Ok(Some(ticket)) = self.shared.ticket.try_lock().as_deref() {
            secrets = secrets
                .and(&Secret::from(ticket.cookie.as_str()))
                .and(&Secret::from(ticket.csrf.as_str()));
        }
        secrets.mask_beside(text, &UNDERSTOOD)
    }

    pub(super) fn login_headers(&self, method: Method) -> Result<Vec<(&'static str, String)>, Error> {
        match &self.shared.login {
            Login::ApiToken { id, secret } => {
                Ok(vec![("authorization", format!("PVEAPIToken={id}={}", secret.expose()))])
            }
            Login::Password { user, realm, password } => {
                let mut ticket = self.ticket();
                let now = self.shared.clock.now();
                if ticket.as_ref().is_none_or(|ticket| ticket.renew_at <= now) {
                    *ticket = Some(self.log_in(&format!("{user}@{realm}"), password.expose(), now)?);
                }
                let mut headers = Vec::new();
                if let Some(ticket) = ticket.as_ref() {
                    headers.push(("cookie", format!("PVEAuthCookie={}", ticket.cookie)));
                    if method != Method::Get {
                        headers.push(("csrfpreventiontoken", ticket.csrf.clone()));
                    }
                }
                Ok(headers)
            }
        }
    }

    fn log_in(&self, user: &str, password: &str, now: UnixSeconds) -> Result<Ticket, Error> {
        let request = Request::new(Method::Post, "/access/ticket".to_owned(), Kind::Login)
            .with("username", user)
            .with("password", password);
        let answer = self.exchange(&request, Vec::new())?;
        let data = read_answer("the login", answer, |text| self.masked(text))?;
        if !data["NeedTFA"].is_null() {
            return Err(Error::Refused {
                what: "the login".to_owned(),
                status: 401,
                words: "this user needs a second factor: use an API token instead of the password".to_owned(),
            });
        }
        let text = |key: &str| data[key].as_str().map(str::to_owned);
        match (text("ticket"), text("CSRFPreventionToken")) {
            (Some(cookie), Some(csrf)) => Ok(Ticket {
                cookie,
                csrf,
                renew_at: now + limits::TICKET_SECONDS,
            }),
            _ => Err(Error::Unexpected {
                what: "the login".to_owned(),
                why: "it holds no ticket".to_owned(),
            }),
        }
    }

    pub(super) fn ticket(&self) -> MutexGuard<'_, Option<Ticket>> {
        guard(&self.shared.ticket)
    }
}
