//! Who is next: the orders of a run that nobody has begun, the ones under way, and the ones without a clone slot.
//!
//! Pure: no store, no clock. The run asks it under one lock and works outside of it.

use crate::engine::Job;
use crate::limits;
use crate::model::{ServerId, UnixSeconds};
use crate::request::OrderIn;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

/// A service under way that waits: the earliest comes first.
struct Item {
    at: UnixSeconds,
    job: Box<Job>,
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at
            .total_cmp(&other.at)
            .then_with(|| self.job.lease.service.id.cmp(&other.job.lease.service.id))
    }
}

/// The services that want to clone to a place whose slots are all taken.
struct Parked {
    /// When its head may try again.
    try_at: UnixSeconds,
    orders: VecDeque<OrderIn>,
}

/// What a worker should do.
pub(super) enum Next {
    /// Go on with this one.
    GoOn(Box<Job>),
    /// Begin this one.
    Begin {
        order: Box<OrderIn>,
        /// It stood at the head of its place's line: it may ask whether there is a slot now.
        head: bool,
    },
    /// Look again at this time.
    Wait {
        until: UnixSeconds,
        /// No other worker can bring anything before that.
        alone: bool,
    },
    /// Nothing is left for this worker.
    Nothing,
}

/// The line of a run.
#[derive(Default)]
pub(super) struct Line {
    begun: BinaryHeap<Reverse<Item>>,
    fresh: BTreeMap<ServerId, VecDeque<OrderIn>>,
    /// Whose turn it was last: a server with 900 orders and one with 3 take turns.
    last: Option<ServerId>,
    parked: BTreeMap<String, Parked>,
    busy: usize,
}

impl Line {
    pub(super) fn new(orders: Vec<OrderIn>) -> Line {
        let mut line = Line::default();
        for order in orders {
            line.fresh.entry(order.server_id()).or_default().push_back(order);
        }
        line
    }

    /// How many orders nobody has begun.
    pub(super) fn len(&self) -> usize {
        self.fresh.values().map(VecDeque::len).sum()
    }

    /// Whoever gets work from here says [`Line::done`] when it is done.
    pub(super) fn next(&mut self, now: UnixSeconds) -> Next {
        if let Some(Reverse(item)) = self.begun.peek()
            && item.at <= now
            && let Some(Reverse(item)) = self.begun.pop()
        {
            self.busy += 1;
            return Next::GoOn(item.job);
        }
        if let Some(order) = self.next_parked(now) {
            self.busy += 1;
            return Next::Begin {
                order: Box::new(order),
                head: true,
            };
        }
        if let Some(order) = self.next_fresh() {
            self.busy += 1;
            return Next::Begin {
                order: Box::new(order),
                head: false,
            };
        }
        let begun = self.begun.peek().map(|Reverse(item)| item.at);
        let parked = self.parked.values().map(|parked| parked.try_at);
        match parked.chain(begun).min_by(f64::total_cmp) {
            Some(until) => Next::Wait {
                until,
                alone: self.busy == 0,
            },
            // the others have one service each, and go on with it themselves
            None => Next::Nothing,
        }
    }

    fn next_parked(&mut self, now: UnixSeconds) -> Option<OrderIn> {
        let (_, parked) = self.parked.iter_mut().find(|(_, parked)| parked.try_at <= now)?;
        parked.try_at = now + limits::SLOT_TICK;
        let order = parked.orders.pop_front();
        self.parked.retain(|_, parked| !parked.orders.is_empty());
        order
    }

    fn next_fresh(&mut self) -> Option<OrderIn> {
        let after = |last: ServerId| ServerId(last.0.saturating_add(1));
        let from = self.last.map_or(ServerId(0), after);
        let server = *self.fresh.range(from..).next().or_else(|| self.fresh.iter().next())?.0;
        self.last = Some(server);
        let orders = self.fresh.get_mut(&server)?;
        let order = orders.pop_front();
        if orders.is_empty() {
            self.fresh.remove(&server);
        }
        order
    }

    /// A piece of work is done.
    pub(super) fn done(&mut self) {
        self.busy = self.busy.saturating_sub(1);
    }

    /// A service is looked at again at a time.
    pub(super) fn put_back(&mut self, job: Box<Job>, at: UnixSeconds) {
        self.begun.push(Reverse(Item { at, job }));
    }

    /// Whether a place is known to be full.
    pub(super) fn is_full(&self, place: &str) -> bool {
        self.parked.contains_key(place)
    }

    /// An order joins the line of its place: in front, if it stood there already.
    pub(super) fn park(&mut self, place: &str, order: OrderIn, head: bool, now: UnixSeconds) {
        let parked = self.parked.entry(place.to_owned()).or_insert(Parked {
            try_at: now + limits::SLOT_TICK,
            orders: VecDeque::new(),
        });
        if head {
            parked.orders.push_front(order);
        } else {
            parked.orders.push_back(order);
        }
    }

    /// A place had a slot: the next in its line may try at once.
    pub(super) fn had_slot(&mut self, place: &str) {
        if let Some(parked) = self.parked.get_mut(place) {
            parked.try_at = 0.0;
        }
    }

    /// One that is under way, when the time is over: its lease has to be given back.
    pub(super) fn take_begun(&mut self) -> Option<(Box<Job>, UnixSeconds)> {
        self.begun.pop().map(|Reverse(item)| (item.job, item.at))
    }
}
