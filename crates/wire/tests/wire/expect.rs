//! Short ways to say a request and what should be understood of it.

use std::sync::Arc;

use offhook_core::UnixMillis;
use offhook_core::call::{Cause, Direction, EventBody, EventKind, Party};
use offhook_core::number::Country;
use offhook_wire::{Refusal, Request, Understood, zammad};

/// The time of arrival of every request in these tables: 2026-01-05T09:00:00Z.
pub(crate) const NOW: UnixMillis = UnixMillis(1_767_603_600_000);

pub(crate) const JSON: Option<&str> = Some("application/json");
pub(crate) const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
pub(crate) const TEXT: Option<&str> = Some("text/plain");

pub(crate) fn request<'a>(
    content_type: Option<&'a str>,
    body: &'a (impl AsRef<[u8]> + ?Sized),
) -> Request<'a> {
    Request {
        query: None,
        content_type,
        body: body.as_ref(),
    }
}

pub(crate) fn read(
    content_type: Option<&str>,
    body: &(impl AsRef<[u8]> + ?Sized),
) -> Result<Understood, Refusal> {
    zammad::read(&request(content_type, body), Country::default(), NOW)
}

/// The event of a request that must be understood.
pub(crate) fn event(content_type: Option<&str>, body: &(impl AsRef<[u8]> + ?Sized)) -> EventBody {
    Arc::unwrap_or_clone(understood(content_type, body).body)
}

pub(crate) fn understood(
    content_type: Option<&str>,
    body: &(impl AsRef<[u8]> + ?Sized),
) -> Understood {
    match read(content_type, body) {
        Ok(understood) => understood,
        Err(refusal) => panic!("{refusal:?}: {}", String::from_utf8_lossy(body.as_ref())),
    }
}

pub(crate) fn party(number: &str) -> Party {
    Party::read(number, Country::default())
}

/// An expected event, said word by word.
#[derive(Debug, Clone)]
pub(crate) struct Expect(pub(crate) EventBody);

pub(crate) fn new_call(call_id: &str, direction: Direction, from: &str, to: &str) -> Expect {
    let mut body = EventBody::new(EventKind::NewCall);
    body.direction = Some(direction);
    body.from = Some(party(from));
    body.to = Some(party(to));
    Expect(body).call_id(call_id)
}

pub(crate) fn answer(call_id: &str, direction: Option<Direction>) -> Expect {
    let mut body = EventBody::new(EventKind::Answer);
    body.direction = direction;
    Expect(body).call_id(call_id)
}

pub(crate) fn hangup(call_id: &str, direction: Option<Direction>, cause: Option<Cause>) -> Expect {
    let mut body = EventBody::new(EventKind::Hangup);
    body.direction = direction;
    body.cause = cause;
    Expect(body).call_id(call_id)
}

impl Expect {
    fn call_id(mut self, call_id: &str) -> Self {
        self.0.call_id = (!call_id.is_empty()).then(|| call_id.to_owned());
        self
    }

    pub(crate) fn numbers(mut self, from: &str, to: &str) -> Self {
        self.0.from = Some(party(from));
        self.0.to = Some(party(to));
        self
    }

    pub(crate) fn users(mut self, users: &[&str]) -> Self {
        self.0.users = users.iter().map(|user| (*user).to_owned()).collect();
        self
    }

    pub(crate) fn queue(mut self, queue: &str) -> Self {
        self.0.queue = Some(queue.to_owned());
        self
    }

    pub(crate) fn answering(mut self, number: &str) -> Self {
        self.0.answering_number = Some(number.to_owned());
        self
    }

    pub(crate) fn text(mut self, cause_text: &str) -> Self {
        self.0.cause_text = Some(cause_text.to_owned());
        self
    }

    pub(crate) fn extra(mut self, key: &str, value: &str) -> Self {
        self.0.extra.push((key.to_owned(), value.to_owned()));
        self
    }
}
