//! Recorded requests.

use offhook_core::{SourceId, UnixMillis};

use super::Engine;
use super::said::seconds;
use crate::{RecordedRequest, RequestQuery, RequestStore, SourceActivity};

fn request(number: i64) -> RecordedRequest {
    RecordedRequest {
        id: 0,
        at: seconds(number),
        source_id: (number % 3 != 0).then_some(SourceId(number % 3)),
        address: "192.0.2.1".to_owned(),
        method: "POST".to_owned(),
        path: "/api/v1/cti/…".to_owned(),
        sent: format!("Host: x\n\nevent=newCall&n={number}\0'\""),
        understood: (number % 2 == 0).then(|| "{\"event\":\"newCall\"}".to_owned()),
        status: if number % 5 == 0 { 422 } else { 200 },
        answered: "{}".to_owned(),
        call_id: (number % 4 == 0).then(|| format!("call-{}", number % 8)),
    }
}

fn newest(limit: usize) -> RequestQuery {
    RequestQuery {
        limit,
        ..RequestQuery::default()
    }
}

/// Kept as they were, newest first, also over a restart.
pub async fn kept_and_listed(engine: &impl Engine) {
    let store = engine.open_requests().await;
    store.keep_requests(&[]).await.unwrap();
    assert_eq!(store.requests(&newest(9)).await.unwrap().items, []);
    let all = [request(0), request(1), request(2)];
    store.keep_requests(&all).await.unwrap();
    drop(store);
    let store = engine.open_requests().await;
    let page = store.requests(&newest(9)).await.unwrap();
    assert_eq!(page.next, None);
    let mut ids: Vec<i64> = page.items.iter().map(|request| request.id).collect();
    for (kept, sent) in page.items.iter().rev().zip(&all) {
        assert_eq!(
            RecordedRequest {
                id: 0,
                ..kept.clone()
            },
            *sent
        );
    }
    ids.dedup();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id > 0));
}

/// Each filter alone and all together.
pub async fn filters(engine: &impl Engine) {
    let store = engine.open_requests().await;
    let all: Vec<RecordedRequest> = (0..60).map(request).collect();
    store.keep_requests(&all).await.unwrap();
    for filters in 0..64 {
        let on = |bit: u32| filters & (1 << bit) != 0;
        let query = RequestQuery {
            source_id: on(0).then_some(SourceId(2)),
            status: on(1).then_some(422),
            call_id: on(2).then(|| "call-4".to_owned()),
            since: on(3).then(|| seconds(20)),
            refused: on(4).then_some(true),
            search: on(5).then(|| "N=2".to_owned()),
            ..newest(100)
        };
        let page = store.requests(&query).await.unwrap();
        let found: Vec<UnixMillis> = page.items.iter().map(|request| request.at).collect();
        let expected: Vec<UnixMillis> = all
            .iter()
            .rev()
            .filter(|request| query.source_id.is_none() || request.source_id == query.source_id)
            .filter(|request| query.status.is_none_or(|status| request.status == status))
            .filter(|request| query.call_id.is_none() || request.call_id == query.call_id)
            .filter(|request| query.since.is_none_or(|since| request.at >= since))
            .filter(|request| query.refused.is_none() || request.status >= 400)
            .filter(|request| query.search.is_none() || request.sent.contains("n=2"))
            .map(|request| request.at)
            .collect();
        assert!(!expected.is_empty());
        assert_eq!(found, expected, "{query:?}");
    }
    let nothing = RequestQuery {
        source_id: Some(SourceId(9)),
        ..newest(9)
    };
    assert_eq!(store.requests(&nothing).await.unwrap().items, []);
}

/// Page by page, also those of one moment.
pub async fn pages(engine: &impl Engine) {
    let store = engine.open_requests().await;
    let all: Vec<RecordedRequest> = (0..20)
        .map(|number| RecordedRequest {
            at: seconds(number / 6),
            ..request(number)
        })
        .collect();
    store.keep_requests(&all).await.unwrap();
    for limit in [1, 3, 20, 21] {
        let mut query = newest(limit);
        let mut found = Vec::new();
        loop {
            let page = store.requests(&query).await.unwrap();
            assert!(page.items.len() == limit || page.next.is_none());
            found.extend(page.items.into_iter().map(|request| request.sent));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        let expected: Vec<String> = all
            .iter()
            .rev()
            .map(|request| request.sent.clone())
            .collect();
        assert_eq!(found, expected, "{limit}");
    }
}

/// Old ones go in slices, and can not be read back.
pub async fn pruning(engine: &impl Engine) {
    let store = engine.open_requests().await;
    let all: Vec<RecordedRequest> = (0..100)
        .map(|number| RecordedRequest {
            sent: format!(
                "secret-{number}-{}",
                "x".repeat(usize::try_from(number * 90).unwrap())
            ),
            call_id: Some(format!("id-{number}.")),
            ..request(number)
        })
        .collect();
    store.keep_requests(&all).await.unwrap();
    assert!(engine.holds("secret-0-") && engine.holds("id-0."));
    let mut rows = 0;
    loop {
        let pruned = store.prune_requests(seconds(60), 25).await.unwrap();
        rows += pruned.rows;
        assert!(pruned.rows <= 25);
        if !pruned.more {
            break;
        }
    }
    assert_eq!(rows, 60);
    assert_eq!(store.requests(&newest(500)).await.unwrap().items.len(), 40);
    for number in 0..100 {
        assert_eq!(
            engine.holds(&format!("secret-{number}-")),
            number >= 60,
            "{number}"
        );
        assert_eq!(
            engine.holds(&format!("id-{number}.")),
            number >= 60,
            "{number}"
        );
    }
}

/// One by its id, and none once it is gone.
pub async fn one(engine: &impl Engine) {
    let store = engine.open_requests().await;
    store
        .keep_requests(&[request(1), request(2)])
        .await
        .unwrap();
    for kept in store.requests(&newest(9)).await.unwrap().items {
        assert_eq!(store.request(kept.id).await.unwrap(), Some(kept));
    }
    assert_eq!(store.request(99).await.unwrap(), None);
}

/// What each source sent of late: when, how much by the hour, and since when it is refused.
pub async fn activity(engine: &impl Engine) {
    let store = engine.open_requests().await;
    let nothing = SourceActivity::default();
    let of = async |source: i64, now: i64| {
        store
            .activity(SourceId(source), seconds(now))
            .await
            .unwrap()
    };
    assert_eq!(of(1, 0).await, nothing);
    let hour = 3600;
    let sent = |source: i64, at: i64, status: u16| RecordedRequest {
        source_id: Some(SourceId(source)),
        at: seconds(at),
        status,
        ..request(1)
    };
    let all = [
        sent(1, 0, 200),
        sent(1, hour, 422),
        sent(1, hour + 1, 200),
        sent(1, 20 * hour, 200),
        sent(1, 20 * hour + 1, 422),
        sent(1, 20 * hour + 2, 401),
        sent(2, 21 * hour, 503),
    ];
    store.keep_requests(&all).await.unwrap();
    let mut expected = nothing.clone();
    expected.last_taken_at = Some(seconds(20 * hour));
    expected.taken_by_hour[2] = 1;
    expected.taken_by_hour[3] = 1;
    expected.taken_by_hour[22] = 1;
    let found = of(1, 21 * hour + 60).await;
    let refused = found.refused.clone().unwrap();
    assert_eq!(refused.since, seconds(20 * hour + 1));
    assert_eq!(
        (refused.last.at, refused.last.status),
        (seconds(20 * hour + 2), 401)
    );
    expected.refused = found.refused.clone();
    assert_eq!(found, expected);
    // A day later nothing of it is of late.
    expected.taken_by_hour = [0; 24];
    assert_eq!(of(1, 50 * hour).await, expected);
    let other = of(2, 21 * hour).await;
    assert_eq!((other.last_taken_at, other.taken_by_hour), (None, [0; 24]));
    assert_eq!(other.refused.unwrap().since, seconds(21 * hour));
    store
        .keep_requests(&[sent(1, 50 * hour, 200)])
        .await
        .unwrap();
    let taken = of(1, 50 * hour).await;
    assert_eq!((taken.refused, taken.taken_by_hour[23]), (None, 1));
}
