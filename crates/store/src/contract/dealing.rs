//! People deal with calls: done and notes.

use offhook_core::access::Visibility;
use offhook_core::call::{Cause, Done};
use offhook_core::number::{Country, NumberKey};
use offhook_core::rules::Scope;
use offhook_core::{CallId, SourceId, UserId};

use super::Engine;
use super::said::{answer, hangup, new_call, say, seconds};
use crate::{CallStore, Note};

const ANNA: UserId = UserId(1_000_000);
const EMMA: UserId = UserId(1_000_001);

async fn missed(store: &impl CallStore, id: &str) -> CallId {
    say(store, new_call(id)).await;
    say(store, hangup(id).cause(Cause::Cancel).at(9)).await.id
}

/// Done, who said so, and open again.
pub async fn done_and_open_again(engine: &impl Engine) {
    let store = engine.open().await;
    let id = missed(&store, "a").await;
    let before = store.call(id).await.unwrap().unwrap().call;
    let mark = async |done, by, after| {
        let calls = store
            .mark_done(&[id], done, by, seconds(after), &Visibility::All)
            .await;
        let calls = calls.unwrap().unwrap();
        assert_eq!(calls.len(), 1);
        assert_eq!(store.call(id).await.unwrap().unwrap().call, calls[0]);
        calls[0].clone()
    };
    let done = mark(true, ANNA, 20).await;
    assert!(done.done() && done.folded.missed);
    let hand = Done {
        done: true,
        by: ANNA,
        at: seconds(20),
    };
    assert_eq!(done.done_by_hand, Some(hand));
    assert!(done.revision > before.revision);
    // Once more is no change: the first one did it.
    assert_eq!(mark(true, EMMA, 30).await, done);
    let open = mark(false, EMMA, 40).await;
    assert!(!open.done() && open.revision > done.revision);
    assert!(mark(true, EMMA, 50).await.done());
}

/// All or none.
pub async fn done_is_all_or_none(engine: &impl Engine) {
    let store = engine.open().await;
    let ids = [
        missed(&store, "a").await,
        missed(&store, "b").await,
        missed(&store, "c").await,
    ];
    let before = store.calls_by_id(&ids).await.unwrap();
    let with_unknown = [ids[0], CallId(99), ids[1]];
    let nothing = store
        .mark_done(&with_unknown, true, ANNA, seconds(20), &Visibility::All)
        .await;
    assert_eq!(nothing.unwrap(), None);
    assert_eq!(store.calls_by_id(&ids).await.unwrap(), before);
    // In any order, and twice: in order of id, once each.
    let asked = [ids[2], ids[0], ids[2], ids[1]];
    let calls = store
        .mark_done(&asked, true, ANNA, seconds(20), &Visibility::All)
        .await;
    let calls = calls.unwrap().unwrap();
    let of =
        |calls: &[offhook_core::call::Call]| calls.iter().map(|call| call.id).collect::<Vec<_>>();
    assert_eq!(of(&calls), ids);
    assert!(calls.iter().all(offhook_core::call::Call::done));
    let none = store
        .mark_done(&[], true, ANNA, seconds(20), &Visibility::All)
        .await;
    assert_eq!(none.unwrap(), Some(Vec::new()));
}

/// What people said is never overwritten by events.
pub async fn done_stays_when_events_come(engine: &impl Engine) {
    let store = engine.open().await;
    let call = say(&store, new_call("a")).await;
    assert!(!call.done());
    let marked = store
        .mark_done(&[call.id], true, ANNA, seconds(1), &Visibility::All)
        .await;
    assert!(marked.unwrap().unwrap()[0].done());
    let ended = say(&store, hangup("a").cause(Cause::Cancel).at(2)).await;
    assert!(ended.folded.missed && ended.done());
    let call = say(&store, new_call("b")).await;
    say(&store, answer("b").at(1)).await;
    let marked = store
        .mark_done(&[call.id], false, EMMA, seconds(1), &Visibility::All)
        .await;
    assert!(!marked.unwrap().unwrap()[0].done());
    let ended = say(&store, hangup("b").at(2)).await;
    assert!(!ended.folded.missed && !ended.done());
    assert_eq!(ended.done_by_hand.map(|hand| hand.by), Some(EMMA));
}

/// Notes, oldest first; each raises the revision.
pub async fn notes(engine: &impl Engine) {
    let store = engine.open().await;
    let first = say(&store, new_call("a")).await;
    let other = say(&store, new_call("b")).await;
    let mut revision = first.revision;
    for (place, text) in ["call back", "", "nul \0 and 😀"].into_iter().enumerate() {
        let at = seconds(i64::try_from(place).unwrap());
        let written = store
            .add_note(first.id, ANNA, at, text, &Visibility::All)
            .await;
        let (call, note) = written.unwrap().unwrap();
        assert!(call.revision > revision);
        revision = call.revision;
        assert_eq!((note.by, note.at, note.text.as_str()), (ANNA, at, text));
        let record = store.call(first.id).await.unwrap().unwrap();
        assert_eq!(record.call, call);
        assert_eq!(record.notes.len(), place + 1);
        assert_eq!(record.notes.last(), Some(&note));
    }
    assert_eq!(store.call(other.id).await.unwrap().unwrap().notes, []);
    // Events leave them alone.
    say(&store, hangup("a").at(9)).await;
    assert_eq!(store.call(first.id).await.unwrap().unwrap().notes.len(), 3);
}

/// What was written about a number's calls, on either side, newest first, page by page and in sight.
pub async fn notes_about_numbers(engine: &impl Engine) {
    let store = engine.open().await;
    let number = |text| NumberKey::of(text, Country::default()).unwrap();
    let numbers = [number("493023125741"), number("4940555")];
    let mut all = Vec::new();
    for (place, said) in [
        new_call("a").from("493023125741"),
        new_call("b").from("4940999"),
        new_call("c").from("1").to("4940555"),
        new_call("d").from("493023125741").by(2),
    ]
    .into_iter()
    .enumerate()
    {
        let call = say(&store, said).await.id;
        for round in 0..2 {
            let at = seconds(i64::try_from(place).unwrap() + 4 * round);
            let written = store.add_note(call, ANNA, at, "x", &Visibility::All).await;
            let (call, note) = written.unwrap().unwrap();
            if call.call_id != "b" {
                all.push((call, note));
            }
        }
    }
    all.reverse();
    let read = async |visibility: &Visibility, limit| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page = store.notes(&numbers, visibility, after, limit).await;
            let page = page.unwrap();
            assert!(page.items.len() <= limit);
            found.extend(page.items);
            after = page.next;
            if after.is_none() {
                return found;
            }
        }
    };
    let of = |visibility: &Visibility| -> Vec<(CallId, Note)> {
        let seen = all.iter().filter(|(call, _)| visibility.sees(call));
        seen.map(|(call, note)| (call.id, note.clone())).collect()
    };
    let some = Visibility::Some {
        user: ANNA,
        sources: vec![(SourceId(1), Scope::Whole)],
    };
    for visibility in [Visibility::All, some] {
        let expected = of(&visibility);
        for limit in [1, 2, 3, 6, 50] {
            assert_eq!(read(&visibility, limit).await, expected, "{limit}");
        }
    }
    assert_eq!(of(&Visibility::All).len(), 6);
    let nobody = store.notes(&[], &Visibility::All, None, 5).await.unwrap();
    assert_eq!(nobody.items, []);
}

/// A call that is not there.
pub async fn unknown_calls(engine: &impl Engine) {
    let store = engine.open().await;
    let unknown = CallId(7);
    assert_eq!(store.call(unknown).await.unwrap(), None);
    let marked = store
        .mark_done(&[unknown], true, ANNA, seconds(0), &Visibility::All)
        .await;
    assert_eq!(marked.unwrap(), None);
    let noted = store
        .add_note(unknown, ANNA, seconds(0), "text", &Visibility::All)
        .await;
    assert_eq!(noted.unwrap(), None);
}
