//! Who is next: the orders of a run that nobody has begun, the ones under way, the ones without a clone slot, and the
//! servers whose guests' usage is due.
//!
//! Pure: no store, no clock. The run asks it under one lock and works outside of it.
//!
//! # Nobody stands in the way of another server
//! A server that does not answer holds whoever asks it. Until a server has answered in this run, one worker at a time is
//! with it, and some workers stay away from all such servers; one that has answered, and dies then, holds
//! [`limits::SERVER_WORKERS`] at most. So the others always find workers.

use crate::api::request::{OrderIn, ServerIn};
use crate::engine::Job;
use crate::words::ids::{ServerId, UnixSeconds};
use crate::words::limits;
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

/// What there is to do at one server.
#[derive(Default)]
struct Queue {
    begun: BinaryHeap<Reverse<Item>>,
    fresh: VecDeque<OrderIn>,
    /// Its guests' usage is due. Comes after the first order, so that orders without an end do not keep it away.
    sample: Option<ServerIn>,
    /// Whether an order of it was begun.
    is_begun: bool,
    /// Workers that are with it.
    busy: usize,
    /// Whether it answers: as far as this run knows.
    answers: bool,
}

impl Queue {
    fn first_due(&self) -> Option<UnixSeconds> {
        self.begun.peek().map(|Reverse(item)| item.at)
    }
}

/// The services that want to clone to a place whose slots are all taken.
struct Parked {
    /// When its head may try again.
    try_at: UnixSeconds,
    orders: VecDeque<OrderIn>,
}

/// What a worker should do.
pub(in crate::api) enum Next {
    /// Go on with this one.
    GoOn(Box<Job>),
    /// Begin this one.
    Begin {
        order: Box<OrderIn>,
        /// It stood at the head of its place's line: it may ask whether there is a slot now.
        head: bool,
    },
    /// Look at what the guests of this server use.
    Sample(Box<ServerIn>),
    /// Look again at this time.
    Wait {
        until: UnixSeconds,
        /// No other worker can bring anything before that.
        alone: bool,
    },
    /// What is left may be done once another worker is done with something.
    Blocked,
    /// Nothing is left for this worker.
    Nothing,
}

/// The line of a run.
pub(in crate::api) struct Line {
    servers: BTreeMap<ServerId, Queue>,
    /// Whose turn it was last: a server with 900 orders and one with 3 take turns.
    last: Option<ServerId>,
    parked: BTreeMap<String, Parked>,
    /// So many workers may be with servers that have not answered.
    unheard_most: usize,
    /// Workers that look at usage.
    sampling: usize,
}

impl Line {
    pub(in crate::api) fn new(orders: Vec<OrderIn>, samples: Vec<ServerIn>) -> Line {
        let mut servers: BTreeMap<ServerId, Queue> = BTreeMap::new();
        for order in orders {
            servers.entry(order.server_id()).or_default().fresh.push_back(order);
        }
        for sample in samples {
            let queue = servers.entry(sample.server_id()).or_default();
            queue.sample = Some(sample);
        }
        Line {
            servers,
            last: None,
            parked: BTreeMap::new(),
            unheard_most: usize::MAX,
            sampling: 0,
        }
    }

    /// How much nobody has begun.
    pub(in crate::api) fn len(&self) -> usize {
        let of = |queue: &Queue| queue.fresh.len() + usize::from(queue.sample.is_some());
        self.servers.values().map(of).sum()
    }

    /// So many workers take part: one in four stays away from servers that have not answered.
    pub(in crate::api) fn shared_by(&mut self, workers: usize) {
        self.unheard_most = (workers * 3 / 4).max(1);
    }

    /// Whoever gets work from here says [`Line::done`] when it is done.
    pub(in crate::api) fn next(&mut self, now: UnixSeconds) -> Next {
        if let Some((server, job)) = self.next_due(now) {
            self.taken(server);
            return Next::GoOn(job);
        }
        if let Some((server, order)) = self.next_parked(now) {
            self.taken(server);
            return Next::Begin {
                order: Box::new(order),
                head: true,
            };
        }
        if let Some((server, fresh)) = self.next_fresh() {
            self.taken(server);
            return fresh;
        }
        self.wait(now)
    }

    fn taken(&mut self, server: ServerId) {
        if let Some(queue) = self.servers.get_mut(&server) {
            queue.busy += 1;
        }
    }

    /// A worker is done with a server, with its usage even. Whether it answers, if it was asked.
    pub(in crate::api) fn done(&mut self, server: ServerId, answers: Option<bool>, sampled: bool) {
        if let Some(queue) = self.servers.get_mut(&server) {
            queue.busy = queue.busy.saturating_sub(1);
            queue.answers = answers.unwrap_or(queue.answers);
        }
        if sampled {
            self.sampling = self.sampling.saturating_sub(1);
        }
    }

    /// Whether one more worker may be with a server.
    fn has_room(&self, queue: &Queue) -> bool {
        if queue.answers {
            return queue.busy < limits::SERVER_WORKERS;
        }
        let unheard = self.servers.values().filter(|queue| !queue.answers);
        queue.busy == 0 && unheard.map(|queue| queue.busy).sum::<usize>() < self.unheard_most
    }

    fn next_due(&mut self, now: UnixSeconds) -> Option<(ServerId, Box<Job>)> {
        let due = self.servers.iter().filter_map(|(server, queue)| {
            let at = queue.first_due().filter(|at| *at <= now)?;
            self.has_room(queue).then_some((*server, at))
        });
        let (server, _) = due.min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        let Reverse(item) = self.servers.get_mut(&server)?.begun.pop()?;
        Some((server, item.job))
    }

    fn next_parked(&mut self, now: UnixSeconds) -> Option<(ServerId, OrderIn)> {
        let server_of = |parked: &Parked| parked.orders.front().map(OrderIn::server_id);
        let has_room = |server: ServerId| self.servers.get(&server).is_none_or(|queue| self.has_room(queue));
        let tries = self.parked.iter().filter(|(_, parked)| parked.try_at <= now);
        let mut ready = tries.filter_map(|(place, parked)| Some((place.clone(), server_of(parked)?)));
        let (place, server) = ready.find(|(_, server)| has_room(*server))?;
        let parked = self.parked.get_mut(&place)?;
        parked.try_at = now + limits::SLOT_TICK;
        let order = parked.orders.pop_front()?;
        self.parked.retain(|_, parked| !parked.orders.is_empty());
        Some((server, order))
    }

    fn next_fresh(&mut self) -> Option<(ServerId, Next)> {
        let after = |last: ServerId| ServerId(last.0.saturating_add(1));
        let from = self.last.map_or(ServerId(0), after);
        let may_sample = self.sampling < limits::SAMPLE_WORKERS;
        let has_work = |queue: &Queue| !queue.fresh.is_empty() || (queue.sample.is_some() && may_sample);
        let in_turn = self.servers.range(from..).chain(self.servers.range(..from));
        let mut with_work = in_turn.filter(|(_, queue)| has_work(queue) && self.has_room(queue));
        let server = *with_work.next()?.0;
        self.last = Some(server);
        let queue = self.servers.get_mut(&server)?;
        if may_sample
            && (queue.is_begun || queue.fresh.is_empty())
            && let Some(sample) = queue.sample.take()
        {
            self.sampling += 1;
            return Some((server, Next::Sample(Box::new(sample))));
        }
        queue.is_begun = true;
        let order = Box::new(queue.fresh.pop_front()?);
        Some((server, Next::Begin { order, head: false }))
    }

    /// Nothing can be done at this moment.
    fn wait(&self, now: UnixSeconds) -> Next {
        let begun = self.servers.values().filter_map(Queue::first_due);
        let parked = self.parked.values().map(|parked| parked.try_at);
        let later = parked.chain(begun).filter(|at| *at > now);
        let has_fresh = |queue: &Queue| !queue.fresh.is_empty() || queue.sample.is_some();
        let has_due = |queue: &Queue| queue.first_due().is_some_and(|at| at <= now);
        match later.min_by(f64::total_cmp) {
            Some(until) => Next::Wait {
                until,
                alone: self.servers.values().all(|queue| queue.busy == 0),
            },
            None if self.servers.values().any(|queue| has_fresh(queue) || has_due(queue)) => Next::Blocked,
            None if !self.parked.is_empty() => Next::Blocked,
            // the others have one service each, and go on with it themselves
            None => Next::Nothing,
        }
    }

    /// A service is looked at again at a time.
    pub(in crate::api) fn put_back(&mut self, job: Box<Job>, at: UnixSeconds) {
        let queue = self.servers.entry(job.order.entry.id).or_default();
        queue.begun.push(Reverse(Item { at, job }));
    }

    /// Whether a place is known to be full.
    pub(in crate::api) fn is_full(&self, place: &str) -> bool {
        self.parked.contains_key(place)
    }

    /// An order joins the line of its place: in front, if it stood there already.
    pub(in crate::api) fn park(&mut self, place: &str, order: OrderIn, head: bool, now: UnixSeconds) {
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
    pub(in crate::api) fn had_slot(&mut self, place: &str) {
        if let Some(parked) = self.parked.get_mut(place) {
            parked.try_at = 0.0;
        }
    }

    /// One that is under way, when the time is over: its lease has to be given back.
    pub(in crate::api) fn take_begun(&mut self) -> Option<(Box<Job>, UnixSeconds)> {
        let mut queues = self.servers.values_mut();
        let Reverse(item) = queues.find_map(|queue| queue.begun.pop())?;
        Some((item.job, item.at))
    }
}
