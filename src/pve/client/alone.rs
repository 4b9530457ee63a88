//! Requests to one endpoint alone: what it answers has to be asked for there again.

use super::{Client, Request, complete, read_answer, silent};
use crate::pve::channel::Channel;
use crate::pve::error::Error;
use crate::pve::wire::Answer;
use crate::server::{Endpoint, Login};
use crate::words::ids::NodeName;
use serde_json::Value;

impl Client {
    /// The endpoints in the order in which a guest's node is reached best: that node first, if it is known by its name, then
    /// the one that answered last.
    pub(in crate::pve) fn nearest(&self, node: &NodeName) -> Vec<Endpoint> {
        let endpoints = &self.shared.endpoints;
        let last = self.shared.preferred.load(std::sync::atomic::Ordering::Relaxed);
        let mut order: Vec<usize> = (0..endpoints.len()).collect();
        let is_node = |at: usize| endpoints[at].host.split('.').next() == Some(node.as_str());
        order.sort_by_key(|at| (!is_node(*at), *at != last, *at));
        order.into_iter().map(|at| endpoints[at].clone()).collect()
    }

    /// The endpoint of this entry that is called so: nothing else is ever connected to.
    pub fn endpoint(&self, called: &str) -> Option<Endpoint> {
        let endpoints = &self.shared.endpoints;
        endpoints
            .iter()
            .find(|endpoint| endpoint.to_string() == called)
            .cloned()
    }

    /// One request to one endpoint; a login that is no longer valid is renewed once.
    pub(in crate::pve) fn request_at(&self, endpoint: &Endpoint, request: &Request) -> Result<Value, Error> {
        let send = || -> Result<Answer, Error> {
            let mut exchange = complete(request, self.login_headers(request.method)?);
            self.must_not_be_refused()?;
            self.must_not_be_silent(&exchange.headers)?;
            exchange.timeout = self.at_most(exchange.timeout.as_secs_f64(), request)?;
            let answer = self.send(endpoint, &exchange, request.kind);
            let answer = answer.map_err(|silence| silent(request, silence))?;
            self.see_login(&answer);
            Ok(answer)
        };
        let mut answer = send()?;
        if answer.status == 401 && matches!(self.shared.login, Login::Password { .. }) {
            *self.ticket() = None;
            answer = send()?;
        }
        self.is_heard();
        read_answer(&request.what(), answer, |text| self.masked(text))
    }

    /// Has the protocol switched to a websocket by a request to one endpoint.
    pub(in crate::pve) fn channel_at(&self, endpoint: &Endpoint, request: &Request) -> Result<Channel, Error> {
        let mut exchange = complete(request, self.login_headers(request.method)?);
        exchange.timeout = self.at_most(exchange.timeout.as_secs_f64(), request)?;
        self.meter.count(request.kind);
        let socket = self.shared.wire.connect(endpoint, exchange.timeout);
        let socket = socket.map_err(|silence| silent(request, silence))?;
        Channel::open(socket, endpoint, &exchange, &request.what(), |text| self.masked(text))
    }
}
