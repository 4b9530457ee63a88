//! Any server that takes dynamic updates (RFC 2136) with TSIG, such as BIND, Knot or PowerDNS.
//!
//! Everything goes over TCP to the zone's primary, also the reading, so that what is compared is what will be
//! changed. Questions are signed too: a view may depend on the key. What a wildcard answers is not there for an
//! update, so it is left out.

use super::config::{Rfc2136Settings, ZoneConfig};
use super::diff::Change;
use super::error::{Error, Refusal};
use super::provider::{Budget, Provider};
use super::records::{Key, Kind, Record};
use super::zones::Zone;
use super::{REQUEST_TIMEOUT, tcp, update};
use hickory_proto::ProtoError;
use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::tsig::TsigError;
use hickory_proto::rr::{RecordType, TSigner};
use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpStream};

/// A zone at a server that takes dynamic updates.
pub(super) struct Rfc2136 {
    zone: Zone,
    address: SocketAddr,
    key_name: String,
    signer: TSigner,
}

impl Rfc2136 {
    /// A client for a zone.
    pub(super) fn open(config: &ZoneConfig, settings: &Rfc2136Settings) -> Result<Self, Error> {
        Ok(Rfc2136 {
            zone: config.zone.clone(),
            address: settings.address,
            key_name: settings.key_name.clone(),
            signer: update::signer(config, settings)?,
        })
    }

    fn server(&self) -> String {
        format!("the name server {}", self.address)
    }

    fn connect(&self, budget: &Budget<'_>) -> Result<TcpStream, Error> {
        tcp::connect(self.address, &self.server(), budget)
    }

    /// One signed message and its answer, whose signature is checked.
    fn exchange(
        &self,
        stream: &mut TcpStream,
        what: &str,
        message: Message,
        budget: &Budget<'_>,
    ) -> Result<Message, Error> {
        let now = budget.clock.now();
        let budget = Budget {
            until: budget.until.min(now + REQUEST_TIMEOUT.as_secs_f64()),
            ..*budget
        };
        budget.request()?;
        let id = message.id;
        let signed = update::sign(message, &self.signer, now as u64);
        let (bytes, verifier) = signed.map_err(|error| self.unexpected(what, &error))?;
        let answer = tcp::ask(stream, &bytes, &self.server(), what, &budget)?;
        let message = Message::from_vec(&answer).map_err(|error| self.unexpected(what, &error))?;
        if let Some(error) = message.signature.as_ref().and_then(|signature| signature.data.error) {
            return Err(self.bad_key(error));
        }
        let verified = verifier.map(|mut verifier| verifier.verify(&answer));
        if !matches!(verified, Some(Ok(_))) {
            let why = format!(
                "it says {} and is not signed with the key {}",
                message.response_code, self.key_name
            );
            return Err(self.unexpected(what, &why));
        }
        if message.id != id {
            return Err(self.unexpected(what, &"it answers another question"));
        }
        Ok(message)
    }

    fn unexpected(&self, what: &str, why: &dyn std::fmt::Display) -> Error {
        Error::Unexpected {
            server: self.server(),
            what: what.to_owned(),
            why: why.to_string(),
        }
    }

    fn refused(&self, about: Refusal, why: &str) -> Error {
        Error::Refused {
            about,
            why: format!("{} {why}", self.server()),
        }
    }

    fn bad_key(&self, error: TsigError) -> Error {
        let key = &self.key_name;
        let why = match error {
            TsigError::BadKey => format!("does not know the TSIG key {key}, or knows it with another algorithm"),
            TsigError::BadSig => format!("knows the TSIG key {key} with another secret"),
            TsigError::BadTime => "has another time than this machine: check both clocks".to_owned(),
            TsigError::BadTrunc | TsigError::Unknown(_) => format!("does not accept the signature with {key}"),
        };
        self.refused(Refusal::Key, &why)
    }

    /// The classes of answers that are no success, the same for questions and updates.
    fn refusal(&self, what: &str, code: ResponseCode) -> Error {
        let (zone, key) = (&self.zone.name, &self.key_name);
        match code {
            ResponseCode::NotAuth | ResponseCode::NotZone => {
                let why = format!("does not have the zone {zone}, or is not its primary");
                self.refused(Refusal::ZoneMissing, &why)
            }
            ResponseCode::Refused => {
                let why = format!(
                    "refused {what}: the key {key} has no right to do this in {zone}, or the zone is not there"
                );
                self.refused(Refusal::Rights, &why)
            }
            ResponseCode::NXRRSet | ResponseCode::YXRRSet | ResponseCode::YXDomain | ResponseCode::NXDomain => {
                Error::Changed { what: what.to_owned() }
            }
            ResponseCode::NotImp => self.refused(Refusal::Other, "takes no dynamic updates"),
            ResponseCode::FormErr => self.refused(Refusal::Other, &format!("calls {what} malformed")),
            other => self.unexpected(what, &format!("it says {other}")),
        }
    }

    fn ask(&self, stream: &mut TcpStream, message: Message, what: &str, budget: &Budget<'_>) -> Result<Message, Error> {
        let answer = self.exchange(stream, what, message, budget)?;
        match answer.response_code {
            ResponseCode::NoError | ResponseCode::NXDomain if answer.authoritative => Ok(answer),
            ResponseCode::NoError | ResponseCode::NXDomain => {
                let why = format!(
                    "is not the one for {what}: the zone {} is missing there, or delegates it",
                    self.zone.name
                );
                Err(self.refused(Refusal::ZoneMissing, &why))
            }
            ResponseCode::Refused => {
                let why = format!(
                    "does not have the zone {}, or does not let the key {} read it",
                    self.zone.name, self.key_name
                );
                Err(self.refused(Refusal::ZoneMissing, &why))
            }
            code => Err(self.refusal(what, code)),
        }
    }

    /// Whether anything is written at a name: if not, its records were made of a wildcard for the question.
    fn is_in_use(&self, stream: &mut TcpStream, name: &str, budget: &Budget<'_>) -> Result<bool, Error> {
        let what = format!("the question whether {name} is in use");
        let message = self.built(&what, update::in_use(&self.zone.name, name))?;
        match self.exchange(stream, &what, message, budget)?.response_code {
            ResponseCode::NoError => Ok(true),
            ResponseCode::NXDomain => Ok(false),
            code => Err(self.refusal(&what, code)),
        }
    }

    fn built(&self, what: &str, message: Result<Message, ProtoError>) -> Result<Message, Error> {
        message.map_err(|error| self.unexpected(what, &error))
    }
}

impl Provider for Rfc2136 {
    fn zone(&self) -> &Zone {
        &self.zone
    }

    fn read(&self, keys: &[Key], budget: &Budget<'_>) -> Result<Vec<Record>, Error> {
        let mut stream = self.connect(budget)?;
        let (mut all, mut answered) = (Vec::new(), BTreeSet::new());
        for key in keys {
            let what = key.to_string();
            let message = self.built(&what, update::question_for(&key.name, key.kind))?;
            let answer = self.ask(&mut stream, message, &what, budget)?;
            let records = update::records(&answer, &key.name);
            // an alias that a DNAME makes is as good as written: whatever is put there is not answered
            if !records.is_empty() && !update::is_below_dname(&answer, &key.name) {
                answered.insert(&key.name);
            }
            all.extend(records);
        }
        for name in answered {
            if !self.is_in_use(&mut stream, name, budget)? {
                all.retain(|record| record.name != *name);
            }
        }
        all.sort();
        all.dedup();
        Ok(all)
    }

    fn apply(&self, change: &Change, budget: &Budget<'_>) -> Result<(), Error> {
        let what = format!("the update of {}", change.key);
        let message = self.built(&what, update::update(&self.zone.name, change))?;
        let mut stream = self.connect(budget)?;
        let answer = self.exchange(&mut stream, &what, message, budget)?;
        match answer.response_code {
            ResponseCode::NoError => Ok(()),
            code => Err(self.refusal(&what, code)),
        }
    }

    fn test(&self, budget: &Budget<'_>) -> Result<(), Error> {
        let zone = &self.zone.name;
        let mut stream = self.connect(budget)?;
        let what = format!("{zone} SOA");
        let message = self.built(&what, update::question(zone, RecordType::SOA))?;
        let answer = self.ask(&mut stream, message, &what, budget)?;
        if !answer
            .answers
            .iter()
            .any(|record| record.record_type() == RecordType::SOA)
        {
            return Err(self.refused(Refusal::ZoneMissing, &format!("has no zone of the name {zone}")));
        }
        let kind = if self.zone.is_reverse() { Kind::Ptr } else { Kind::A };
        let what = "an update".to_owned();
        let message = self.built(&what, update::probe(zone, kind))?;
        let answer = self.exchange(&mut stream, &what, message, budget)?;
        match answer.response_code {
            // the name that the probe requires is not there, as it should be
            ResponseCode::NXDomain => Ok(()),
            ResponseCode::NoError => Ok(()),
            code => Err(self.refusal(&what, code)),
        }
    }
}
