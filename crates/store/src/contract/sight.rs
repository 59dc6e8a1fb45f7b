//! Who may see what.

use std::collections::HashMap;

use offhook_core::access::{Role, Viewer, Visibility};
use offhook_core::call::{Call, Direction};
use offhook_core::number::{Country, NumberKey};
use offhook_core::rules::{NotifyMap, NotifyRow};
use offhook_core::{CallId, SourceId, UnixMillis, UserId};

use super::Engine;
use super::paging::every_page;
use super::said::{Said, answer, hangup, new_call, say, seconds, tell_at_once};
use crate::{CallQuery, CallStore};

const ANNA: UserId = UserId(1_000_000);
const EMMA: UserId = UserId(1_000_001);
/// So many calls that the few that somebody may see are far apart.
const CALLS: i64 = 2000;

/// What Anna may see where the sources 1 and 2 have these maps; nothing of others.
fn of(first: &[&str], second: Option<&[&str]>, own: &[i64]) -> Visibility {
    let viewer = Viewer {
        user_id: ANNA,
        role: Role::Agent,
        numbers: own.iter().copied().map(NumberKey).collect(),
    };
    // Somebody else is granted something, so that no map is empty.
    let map = |queues: &[&str]| {
        let row = |queue: &str, user| NotifyRow {
            queue: queue.to_owned(),
            user_ids: vec![user],
        };
        let rows = queues.iter().map(|queue| row(queue, ANNA));
        NotifyMap::new(rows.chain([row("nobody's", EMMA)]), Country::default())
    };
    let mut maps = vec![(SourceId(1), map(first))];
    maps.extend(second.map(|queues| (SourceId(2), map(queues))));
    Visibility::of(&viewer, maps.iter().map(|(source, map)| (*source, map)))
}

/// Calls in some large queues and many small ones.
async fn fill(store: &impl CallStore) -> Vec<Call> {
    for start in (0..CALLS).step_by(500) {
        let mut events: Vec<Said> = Vec::new();
        for number in start..start + 500 {
            let id = number.to_string();
            let source = 1 + number % 2;
            let mut call = new_call(&id).by(source).at(number / 3);
            if number % 4 == 0 {
                call = call
                    .outbound()
                    .from(&format!("4930555{:02}", number % 40))
                    .to("493023125741");
                if number % 500 == 8 {
                    call = call.user(ANNA.0);
                }
            }
            call = match number % 1000 {
                0..=10 => call.queue(if number % 2 == 0 {
                    "SUPPORT"
                } else {
                    "Support"
                }),
                11 => call.queue(" Über uns "),
                12 | 13 => call.to("Reception").queue("front"),
                14 => call.queue("+49 30 700700"),
                15 => call.to("030700700").queue("elsewhere"),
                16 => call.to("21").queue("x"),
                17 => call.queue("night-a"),
                18 => call.queue("night-b"),
                _ if number % 5 == 0 => call.queue("sales"),
                _ => call,
            };
            // Numbers are kept as they were read.
            let body = call.0.event.body_mut();
            for side in [&mut body.from, &mut body.to].into_iter().flatten() {
                let read = offhook_core::call::Party::read(&side.number, Country::default());
                side.key = read.key;
            }
            events.push(call);
            if number % 700 == 3 {
                events.push(answer(&id).by(source).user(ANNA.0).at(number / 3));
            }
            if number % 3 != 0 {
                events.push(hangup(&id).by(source).at(number / 3 + 1));
            }
        }
        tell_at_once(store, &events).await;
    }
    let ids: Vec<CallId> = (1..=CALLS).map(CallId).collect();
    let mut calls = store.calls_by_id(&ids).await.unwrap();
    calls.sort_by_key(|call| std::cmp::Reverse((call.folded.started_at, call.id)));
    calls
}

/// A page holds what the viewer may see, all of it and nothing else, however little it is.
pub async fn pages_hold_what_one_may_see(engine: &impl Engine) {
    let store = engine.open().await;
    let all = fill(&store).await;
    for (name, visibility) in [
        ("everything", Visibility::All),
        ("nothing", of(&[], None, &[])),
        ("a small queue", of(&["support"], None, &[])),
        ("of both sources", of(&["support"], Some(&["SUPPORT"]), &[])),
        (
            "letters beyond ASCII",
            of(&["ÜBER UNS"], Some(&["über uns"]), &[]),
        ),
        ("a large queue", of(&["sales"], None, &[])),
        (
            "our side by name",
            of(&["reception"], Some(&["reception"]), &[]),
        ),
        ("a number", of(&["030/700700"], Some(&["4930700700"]), &[])),
        (
            "a pattern of numbers",
            of(&["03070*"], Some(&["+49 30 70*"]), &[]),
        ),
        ("a pattern of text", of(&["night-*"], Some(&["*nt"]), &[])),
        (
            "one's own numbers",
            of(&[], Some(&[]), &[493_055_504, -121]),
        ),
        ("all of one source", of(&[], Some(&["*"]), &[])),
        ("no such queue", of(&["nowhere"], Some(&["nowhere"]), &[1])),
    ] {
        for (filter, narrow) in FILTERS {
            let mut query = CallQuery::newest(visibility.clone(), 500);
            narrow(&mut query);
            let unseen = CallQuery {
                visibility: Visibility::All,
                limit: usize::try_from(CALLS).unwrap() + 1,
                ..query.clone()
            };
            let fits = every_page(&store, &unseen).await;
            let expected: Vec<CallId> = all
                .iter()
                .filter(|call| visibility.sees(call) && fits.contains(&call.id))
                .map(|call| call.id)
                .collect();
            for limit in [if *filter == "none" { 40 } else { 150 }, 500] {
                query.limit = limit;
                assert_eq!(
                    every_page(&store, &query).await,
                    expected,
                    "{name}, {filter}"
                );
            }
            if *filter == "none" {
                // They took part in some, whatever they are granted.
                assert!(expected.len() >= 5, "{name}");
            }
        }
    }
}

type Filter = (&'static str, fn(&mut CallQuery));

const FILTERS: &[Filter] = &[
    ("none", |_| ()),
    ("out", |query| query.direction = Some(Direction::Out)),
    ("open since", |query| {
        query.done = Some(false);
        query.since = Some(seconds(300));
    }),
    ("queue", |query| query.queue = Some("support".to_owned())),
    ("queue beyond ASCII", |query| {
        query.queue = Some(" ÜBER UNS ".to_owned());
    }),
    ("search", |query| query.search = Some("recept".to_owned())),
];

/// The newest call of a number is the newest of those in sight, however many others there are.
pub async fn the_last_call_in_sight_of_each_number(engine: &impl Engine) {
    let store = engine.open().await;
    let all = fill(&store).await;
    // One who calls on and on where few may see it, after a call that more do.
    let seen = new_call("seen").from("4930111").queue("support").at(1);
    let mut events = vec![seen, hangup("seen").at(2)];
    for number in 0..200 {
        let id = format!("unseen {number}");
        let call = new_call(&id).from("4930111").queue("nobody's");
        events.push(call.at(3 + number));
    }
    tell_at_once(&store, &events).await;
    let rest: Vec<CallId> = (CALLS + 1..=CALLS + 201).map(CallId).collect();
    let rest = store.calls_by_id(&rest).await.unwrap();
    let all: Vec<Call> = all.into_iter().chain(rest).collect();
    let on_either_side = |call: &Call| [call.folded.from.key, call.folded.to.key];
    let mut numbers: Vec<NumberKey> = all.iter().flat_map(on_either_side).flatten().collect();
    numbers.extend([NumberKey(49_301_234_567), NumberKey(4_930_111)]);
    numbers.sort_unstable();
    numbers.dedup();
    for (name, visibility) in [
        ("everything", Visibility::All),
        ("nothing", of(&[], None, &[])),
        ("a small queue", of(&["support"], None, &[])),
        ("a large queue", of(&["sales"], Some(&["*"]), &[])),
    ] {
        let expected: HashMap<NumberKey, UnixMillis> = (numbers.iter())
            .filter_map(|number| {
                let with = all.iter().filter(|call| {
                    on_either_side(call).contains(&Some(*number)) && visibility.sees(call)
                });
                let last = with.map(|call| call.folded.started_at).max();
                last.map(|last| (*number, last))
            })
            .collect();
        let found = store.last_calls(&numbers, &visibility).await.unwrap();
        assert_eq!(found, expected, "{name}");
        if name == "a small queue" {
            assert!(found.contains_key(&NumberKey(4_930_111)));
        }
    }
}

/// Nobody deals with calls out of sight.
pub async fn out_of_sight(engine: &impl Engine) {
    let store = engine.open().await;
    let seen = say(&store, new_call("a").queue("support")).await;
    let unseen = say(&store, new_call("b").queue("sales")).await;
    let visibility = of(&["support"], None, &[]);
    let both = [seen.id, unseen.id];
    let marked = store
        .mark_done(&both, true, ANNA, seconds(1), &visibility)
        .await;
    assert_eq!(marked.unwrap(), None);
    let noted = store
        .add_note(unseen.id, ANNA, seconds(1), "text", &visibility)
        .await;
    assert_eq!(noted.unwrap(), None);
    let records = [
        store.call(seen.id).await.unwrap().unwrap(),
        store.call(unseen.id).await.unwrap().unwrap(),
    ];
    assert_eq!(
        records.each_ref().map(|record| record.call.clone()),
        [seen.clone(), unseen]
    );
    assert!(records.iter().all(|record| record.notes.is_empty()));
    let marked = store
        .mark_done(&[seen.id], true, ANNA, seconds(1), &visibility)
        .await;
    assert!(marked.unwrap().is_some());
    let noted = store
        .add_note(seen.id, ANNA, seconds(1), "text", &visibility)
        .await;
    assert!(noted.unwrap().is_some());
}
