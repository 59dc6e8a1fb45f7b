//! Pages of the log.

use std::collections::BTreeMap;

use offhook_core::access::{Role, Viewer, Visibility};
use offhook_core::call::{Call, Cause, Direction, State};
use offhook_core::number::NumberKey;
use offhook_core::rules::Scope;
use offhook_core::{CallId, SourceId, UserId};

use super::Engine;
use super::paging::every_page;
use super::said::{
    CALLED, CALLER, OTHER_CALLER, Said, answer, hangup, new_call, seconds, tell_at_once,
};
use crate::{CallQuery, CallStore};

const ANNA: UserId = UserId(1_000_000);

fn key(number: &str) -> NumberKey {
    NumberKey(number.parse().unwrap())
}

fn everything() -> CallQuery {
    CallQuery::newest(Visibility::All, 500)
}

/// Calls of every kind, each at another time, the last ones of one moment.
async fn fill(store: &impl CallStore) -> Vec<Call> {
    let mut events: Vec<Said> = Vec::new();
    for number in 0..60_i64 {
        let id = format!("call-{number}");
        let at = number * 10;
        let mut call = new_call(&id).by(1 + number % 2).at(at);
        if number % 3 == 0 {
            call = call.outbound().from(CALLED).to(CALLER);
        }
        if number % 5 == 0 {
            call = call.from(OTHER_CALLER);
        }
        if number % 7 == 0 {
            call = call.from("anonymous");
        }
        if number % 4 == 0 {
            call = call.queue(if number % 8 == 0 { "Support" } else { "Sales" });
        }
        if number % 4 == 1 {
            // Whose it is when it goes out, where it rings when it comes in.
            call = call.user(ANNA.0);
        }
        let call = call.users(if number % 9 == 0 {
            &["Ann 100%_"]
        } else {
            &["Bob"]
        });
        events.push(call);
        if number % 6 < 3 {
            let answered = answer(&id).by(1 + number % 2).at(at + 1);
            let user = if number % 6 == 1 {
                1_000_000
            } else {
                1_000_001
            };
            events.push(answered.user(user).users(&["Emma Taylor"]));
        }
        if number % 10 != 9 {
            let cause = if number % 6 < 3 {
                Cause::NormalClearing
            } else {
                Cause::Cancel
            };
            events.push(hangup(&id).by(1 + number % 2).cause(cause).at(at + 5));
        }
    }
    for number in 60..75 {
        events.push(new_call(&format!("call-{number}")).at(1000));
    }
    tell_at_once(store, &events).await;
    let marked: Vec<CallId> = (2..75).step_by(11).map(CallId).collect();
    let done = store
        .mark_done(&marked, true, ANNA, seconds(2000), &Visibility::All)
        .await;
    assert!(done.unwrap().is_some());
    let ids: Vec<CallId> = (1..=75).map(CallId).collect();
    let mut calls = store.calls_by_id(&ids).await.unwrap();
    assert_eq!(calls.len(), 75);
    calls.sort_by_key(|call| std::cmp::Reverse((call.folded.started_at, call.id)));
    calls
}

/// A filter and what it should let through.
type Case = (&'static str, fn(&mut CallQuery), fn(&Call) -> bool);

const CASES: &[Case] = &[
    ("all", |_| (), |_| true),
    (
        "in",
        |query| query.direction = Some(Direction::In),
        |call| call.folded.direction == Direction::In,
    ),
    (
        "out",
        |query| query.direction = Some(Direction::Out),
        |call| call.folded.direction == Direction::Out,
    ),
    (
        "ringing",
        |query| query.state = Some(State::Ringing),
        |call| call.folded.state == State::Ringing,
    ),
    (
        "answered",
        |query| query.state = Some(State::Answered),
        |call| call.folded.state == State::Answered,
    ),
    (
        "ended",
        |query| query.state = Some(State::Ended),
        |call| call.folded.state == State::Ended,
    ),
    (
        "missed",
        |query| query.missed = Some(true),
        |call| call.folded.missed,
    ),
    (
        "not missed",
        |query| query.missed = Some(false),
        |call| !call.folded.missed,
    ),
    ("done", |query| query.done = Some(true), Call::done),
    (
        "open",
        |query| query.done = Some(false),
        |call| !call.done(),
    ),
    (
        "source",
        |query| query.source_id = Some(SourceId(2)),
        |call| call.source_id == SourceId(2),
    ),
    (
        "queue",
        |query| query.queue = Some("suPPort".to_owned()),
        |call| call.folded.queue == "Support",
    ),
    (
        "queue by number",
        |query| query.queue = Some(CALLED.to_owned()),
        |call| call.folded.queue == CALLED,
    ),
    (
        "one number",
        |query| query.numbers = Some(vec![key(OTHER_CALLER)]),
        |call| [call.folded.from.key, call.folded.to.key].contains(&Some(key(OTHER_CALLER))),
    ),
    (
        "two numbers",
        |query| query.numbers = Some(vec![key(OTHER_CALLER), key(CALLER)]),
        |call| {
            let keys = [call.folded.from.key, call.folded.to.key];
            keys.contains(&Some(key(OTHER_CALLER))) || keys.contains(&Some(key(CALLER)))
        },
    ),
    (
        "user",
        |query| query.user_id = Some(ANNA),
        |call| call.folded.answered_by.as_ref().and_then(|by| by.user_id) == Some(ANNA),
    ),
    (
        "mine",
        |query| {
            query.mine = Some(Viewer {
                user_id: ANNA,
                role: Role::Agent,
                numbers: Vec::new(),
            });
        },
        |call| {
            let folded = &call.folded;
            folded.answered_by.as_ref().and_then(|by| by.user_id) == Some(ANNA)
                || folded.made_by == Some(ANNA)
                || folded.missed && folded.rung == [ANNA]
        },
    ),
    (
        "since",
        |query| query.since = Some(seconds(200)),
        |call| call.folded.started_at >= seconds(200),
    ),
    (
        "until",
        |query| query.until = Some(seconds(200)),
        |call| call.folded.started_at < seconds(200),
    ),
    (
        "search",
        |query| query.search = Some("aNN".to_owned()),
        |call| call.folded.our_name.as_deref() == Some("Ann 100%_"),
    ),
];

/// A filter by a value.
type Narrow = (&'static str, fn(&mut CallQuery));

/// Values that fit nothing.
const NOTHING: &[Narrow] = &[
    ("source", |query| query.source_id = Some(SourceId(77))),
    ("queue", |query| query.queue = Some("Supp".to_owned())),
    ("empty queue", |query| query.queue = Some(String::new())),
    ("numbers", |query| query.numbers = Some(vec![NumberKey(1)])),
    ("no numbers", |query| query.numbers = Some(Vec::new())),
    ("user", |query| query.user_id = Some(UserId(5))),
    ("since", |query| query.since = Some(seconds(5000))),
    ("until", |query| query.until = Some(seconds(0))),
    ("search", |query| query.search = Some("nobody".to_owned())),
];

fn ids<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Vec<CallId> {
    calls.into_iter().map(|call| call.id).collect()
}

/// Each filter lets through what it says, newest first.
pub async fn each_filter(engine: &impl Engine) {
    let store = engine.open().await;
    let all = fill(&store).await;
    for (name, narrow, fits) in CASES {
        let mut query = everything();
        narrow(&mut query);
        let page = store.calls(&query).await.unwrap();
        let expected: Vec<&Call> = all.iter().filter(|call| fits(call)).collect();
        assert!(!expected.is_empty(), "{name}");
        assert_eq!(ids(&page.items), ids(expected.iter().copied()), "{name}");
        assert!(page.items.iter().eq(expected), "{name}");
        assert_eq!(page.next, None, "{name}");
    }
    for (name, narrow) in NOTHING {
        let mut query = everything();
        narrow(&mut query);
        let page = store.calls(&query).await.unwrap();
        assert_eq!((page.items, page.next), (Vec::new(), None), "{name}");
    }
}

/// Filters together: every one must hold.
pub async fn filters_together(engine: &impl Engine) {
    let store = engine.open().await;
    let all = fill(&store).await;
    for (name, narrow, fits) in CASES {
        for (other_name, other_narrow, other_fits) in CASES {
            for (last_name, last_narrow, last_fits) in [CASES[0], CASES[7], CASES[12], CASES[18]] {
                let mut query = everything();
                narrow(&mut query);
                other_narrow(&mut query);
                last_narrow(&mut query);
                // Two of one kind would be one filter.
                let fields = [name, other_name, last_name].map(field);
                if fields[0] == fields[1] || fields[1] == fields[2] || fields[0] == fields[2] {
                    continue;
                }
                let page = store.calls(&query).await.unwrap();
                let expected: Vec<&Call> = all
                    .iter()
                    .filter(|call| fits(call) && other_fits(call) && last_fits(call))
                    .collect();
                assert_eq!(
                    ids(&page.items),
                    ids(expected),
                    "{name}, {other_name}, {last_name}"
                );
            }
        }
    }
}

/// Which field of a query a case sets.
fn field(name: &str) -> &str {
    match name {
        "in" | "out" => "direction",
        "ringing" | "answered" | "ended" => "state",
        "missed" | "not missed" => "missed",
        "done" | "open" => "done",
        "queue" | "queue by number" => "queue",
        "one number" | "two numbers" => "numbers",
        other => other,
    }
}

/// Page by page, every call comes once.
pub async fn pages_have_no_gaps(engine: &impl Engine) {
    let store = engine.open().await;
    let all = fill(&store).await;
    for (name, narrow, fits) in CASES {
        let expected = ids(all.iter().filter(|call| fits(call)));
        for limit in [1, 2, 7, 20, expected.len(), expected.len() + 1] {
            let mut query = everything();
            query.limit = limit;
            narrow(&mut query);
            let found = every_page(&store, &query).await;
            assert_eq!(found, expected, "{name}, {limit}");
        }
    }
}

/// What comes in meanwhile shifts nothing.
pub async fn calls_of_one_moment(engine: &impl Engine) {
    let store = engine.open().await;
    let batch: Vec<Said> = (0..10)
        .map(|number| new_call(&number.to_string()))
        .collect();
    tell_at_once(&store, &batch).await;
    let mut query = everything();
    query.limit = 3;
    let mut found = Vec::new();
    for round in 0.. {
        let page = store.calls(&query).await.unwrap();
        found.extend(ids(&page.items));
        tell_at_once(&store, &[new_call(&format!("later-{round}")).at(1)]).await;
        query.after = page.next;
        if page.next.is_none() {
            break;
        }
    }
    let expected: Vec<CallId> = (1..=10).rev().map(CallId).collect();
    assert_eq!(found, expected);
}

/// By id, without those that are gone, in order of id.
pub async fn by_id(engine: &impl Engine) {
    let store = engine.open().await;
    fill(&store).await;
    let asked = [CallId(9), CallId(400), CallId(3), CallId(9)];
    let calls = store.calls_by_id(&asked).await.unwrap();
    assert_eq!(ids(&calls), [CallId(3), CallId(9)]);
    assert_eq!(store.calls_by_id(&[]).await.unwrap(), []);
}

/// As many as a page without an end would hold, up to the limit, for whoever looks.
pub async fn counting(engine: &impl Engine) {
    let store = engine.open().await;
    fill(&store).await;
    let agent = Visibility::Some {
        user: ANNA,
        sources: vec![(SourceId(1), Scope::Whole)],
    };
    for visibility in [Visibility::All, agent] {
        let all = CallQuery {
            visibility,
            ..everything()
        };
        let queries = [
            all.clone(),
            CallQuery {
                missed: Some(true),
                done: Some(false),
                ..all.clone()
            },
            CallQuery {
                state: Some(State::Ringing),
                ..all.clone()
            },
            CallQuery {
                state: Some(State::Answered),
                queue: Some("support".to_owned()),
                ..all.clone()
            },
            CallQuery {
                numbers: Some(Vec::new()),
                ..all.clone()
            },
            CallQuery {
                source_id: Some(SourceId(1)),
                since: Some(seconds(100)),
                search: Some("emma".to_owned()),
                ..all
            },
        ];
        for query in queries {
            let listed = store.calls(&query).await.unwrap().items.len();
            for limit in [500, 3] {
                let query = CallQuery {
                    limit,
                    ..query.clone()
                };
                let counted = store.count_calls(&query).await.unwrap();
                assert_eq!(counted, listed.min(limit), "{query:?}");
            }
        }
    }
}

/// Each caller once with the number of its inbound calls, of the newest ones.
pub async fn callers(engine: &impl Engine) {
    let store = engine.open().await;
    let calls = fill(&store).await;
    for (source, since, limit) in [
        (1, 0, 500),
        (2, 0, 500),
        (1, 300, 500),
        (1, 0, 7),
        (9, 0, 5),
    ] {
        let mut expected: BTreeMap<String, (Option<NumberKey>, usize)> = BTreeMap::new();
        let newest = calls.iter().filter(|call| {
            call.source_id == SourceId(source)
                && call.folded.direction == Direction::In
                && call.folded.started_at >= seconds(since)
        });
        for call in newest.take(limit) {
            let from = &call.folded.from;
            let entry = expected.entry(from.number.clone()).or_default();
            *entry = (from.key, entry.1 + 1);
        }
        let callers = store.callers(SourceId(source), seconds(since), limit).await;
        let found: BTreeMap<_, _> = (callers.unwrap().into_iter())
            .map(|caller| (caller.from.number, (caller.from.key, caller.calls)))
            .collect();
        assert_eq!(found, expected, "{source} {since} {limit}");
    }
}
