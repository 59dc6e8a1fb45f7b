//! Somebody's own calls.

use offhook_core::access::{Role, Viewer, Visibility};
use offhook_core::call::{Cause, EventKind, LegSaid};
use offhook_core::number::NumberKey;
use offhook_core::rules::Scope;
use offhook_core::{CallId, SourceId, UserId};

use super::Engine;
use super::paging::every_page;
use super::said::{Said, answer, hangup, new_call, said, tell_at_once};
use crate::{CallQuery, CallStore};

const ANNA: UserId = UserId(1_000_001);
const EMMA: UserId = UserId(1_000_002);
/// Begins as Anna's does.
const LONG: UserId = UserId(10_000_010);
const ANNAS: &str = "493023125700";

fn mine(user_id: UserId, numbers: &[&str], visibility: Visibility) -> CallQuery {
    let key = |number: &&str| NumberKey(number.parse().unwrap());
    let viewer = Viewer {
        user_id,
        role: Role::Agent,
        numbers: numbers.iter().map(key).collect(),
    };
    CallQuery {
        mine: Some(viewer),
        ..CallQuery::newest(visibility, 500)
    }
}

fn rang(call_id: &str, user: UserId) -> Said {
    let leg = LegSaid {
        id: format!("{user}"),
        ..LegSaid::default()
    };
    said(EventKind::Rang, call_id)
        .user(user.0)
        .body(|body| body.leg = Some(leg))
}

fn missed(call_id: &str) -> Said {
    hangup(call_id).cause(Cause::Cancel)
}

async fn found(store: &impl CallStore, query: &CallQuery) -> String {
    let page = store.calls(query).await.unwrap();
    let counted = store.count_calls(query).await.unwrap();
    assert_eq!(counted, page.items.len());
    let ids = page.items.iter().rev().map(|call| call.call_id.as_str());
    ids.collect::<Vec<_>>().join(" ")
}

/// What somebody answered, made and was handed, and what was missed while it rang there.
pub async fn what_one_took_part_in_and_missed(engine: &impl Engine) {
    let store = engine.open().await;
    let anna = ANNA.0;
    let events = [
        new_call("nobodys").at(0),
        missed("nobodys").at(5),
        new_call("answered").at(10),
        answer("answered").user(anna).at(11),
        new_call("made").outbound().user(anna).at(20),
        new_call("others").outbound().user(EMMA.0).at(30),
        new_call("handed").at(40),
        answer("handed").user(EMMA.0).at(41),
        said(EventKind::Transferred, "handed").user(anna).at(42),
        new_call("missed").user(anna).by(2).at(50),
        missed("missed").by(2).at(55),
        new_call("leg").at(60),
        rang("leg", EMMA).at(61),
        rang("leg", ANNA).at(62),
        rang("leg", ANNA).at(63),
        missed("leg").at(65),
        new_call("number").to(ANNAS).at(70),
        missed("number").at(75),
        new_call("taken").user(anna).to(ANNAS).at(80),
        rang("taken", EMMA).at(81),
        answer("taken").user(EMMA.0).at(82),
        new_call("rings").user(anna).at(90),
        new_call("longer").user(LONG.0).at(100),
        missed("longer").at(105),
    ];
    tell_at_once(&store, &events).await;
    let everywhere = Visibility::All;
    let (to_anna, none) = (&[ANNAS], &[]);
    let all = mine(ANNA, to_anna, everywhere.clone());
    let annas = "answered made handed missed leg number";
    assert_eq!(found(&store, &all).await, annas);
    let without = mine(ANNA, none, everywhere.clone());
    assert_eq!(
        found(&store, &without).await,
        annas.trim_end_matches(" number")
    );
    let emmas = mine(EMMA, none, everywhere.clone());
    assert_eq!(found(&store, &emmas).await, "others handed leg taken");
    let longs = mine(LONG, none, everywhere.clone());
    assert_eq!(found(&store, &longs).await, "longer");
    assert_eq!(found(&store, &mine(UserId(7), none, everywhere)).await, "");
    // It is one filter among others, and shows nothing that is out of sight.
    let open = CallQuery {
        missed: Some(true),
        done: Some(false),
        ..all.clone()
    };
    assert_eq!(found(&store, &open).await, "missed leg number");
    let first = Visibility::Some {
        user: ANNA,
        sources: vec![(SourceId(1), Scope::Whole)],
    };
    let seen = mine(ANNA, to_anna, first);
    assert_eq!(
        found(&store, &seen).await,
        "answered made handed leg number"
    );
    // Once somebody took it after all, it is theirs alone.
    tell_at_once(&store, &[answer("missed").by(2).user(EMMA.0).at(56)]).await;
    assert_eq!(found(&store, &all).await, "answered made handed leg number");
}

/// Page by page, few among many, those of one moment as well.
pub async fn own_calls_among_many(engine: &impl Engine) {
    let store = engine.open().await;
    const OF_ANNA: i64 = 1;
    const TO_ANNAS: i64 = 2;
    let mut events = Vec::new();
    for number in 0..1500_i64 {
        let id = number.to_string();
        let at = number / 4;
        let user = if number % 50 == OF_ANNA { ANNA } else { LONG };
        let call = new_call(&id).at(at);
        if number % 50 == TO_ANNAS {
            events.extend([call.to(ANNAS), missed(&id).at(at)]);
            continue;
        }
        let ends = match number % 3 {
            0 => vec![call.outbound().user(user.0)],
            1 => vec![call.user(user.0), missed(&id).at(at)],
            _ => vec![call, answer(&id).user(user.0).at(at)],
        };
        events.extend(ends);
    }
    for batch in events.chunks(500) {
        tell_at_once(&store, batch).await;
    }
    for visibility in [
        Visibility::All,
        Visibility::Some {
            user: LONG,
            sources: vec![(SourceId(1), Scope::Whole)],
        },
        // Nothing but what the viewer took part in.
        Visibility::Some {
            user: ANNA,
            sources: Vec::new(),
        },
    ] {
        let narrow = visibility.user() == Some(ANNA);
        let mut query = mine(ANNA, &[ANNAS], visibility);
        query.limit = 7;
        let mut found = every_page(&store, &query).await;
        let seen = (0..1500_i64).filter(|number| match number % 50 {
            OF_ANNA => !narrow || number % 3 != 1,
            TO_ANNAS => !narrow,
            _ => false,
        });
        let expected: Vec<CallId> = seen.map(|number| CallId(number + 1)).collect();
        found.reverse();
        assert_eq!(found, expected, "{:?}", query.visibility);
    }
}
