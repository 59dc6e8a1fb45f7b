//! Calls found by what stands in them, in any case of any letter.

use offhook_core::CallId;
use offhook_core::access::Visibility;

use super::Engine;
use super::paging::every_page;
use super::said::{CALLER, answer, new_call, party, say, tell_at_once};
use crate::CallQuery;

/// What a search looks in.
pub async fn searching(engine: &impl Engine) {
    let store = engine.open().await;
    let call = |id: &str| new_call(id).from("4911").to("4922");
    let mut named = call("named");
    named.0.event.body_mut().from.as_mut().unwrap().name = Some("Müller & Söhne".to_owned());
    let events = [
        call("Ab-7/x"),
        call("number").from("+49 (170) 55-1").at(1),
        call("queue").queue("Night_shift").at(2),
        named.at(3),
        call("user")
            .users(&["Christopher Miller", "Emma Taylor"])
            .at(4),
        call("key").from(CALLER).at(5),
        call("answered").at(6),
        answer("answered").users(&["Zoe Zander"]).at(7),
        call("Groß*").at(8),
    ];
    tell_at_once(&store, &events).await;
    for (search, found) in [
        ("AB-7", vec![1]),
        ("(170)", vec![2]),
        ("night_", vec![3]),
        ("t_s", vec![3]),
        ("_", vec![3]),
        ("%", vec![]),
        ("ller & S", vec![4]),
        ("ller", vec![5, 4]),
        ("MÜLLER", vec![4]),
        ("ü", vec![4]),
        ("söhNE", vec![4]),
        ("müller & söhne?", vec![]),
        ("m[ü", vec![]),
        ("ß*", vec![8]),
        ("ß?", vec![]),
        ("äöü", vec![]),
        ("emma taylor", vec![5]),
        ("030 2312", vec![6]),
        ("3023125741", vec![6]),
        ("zander", vec![7]),
        ("\\", vec![]),
        ("'", vec![]),
    ] {
        let mut query = CallQuery::newest(Visibility::All, 50);
        query.search = Some(search.to_owned());
        let found: Vec<CallId> = found.into_iter().map(CallId).collect();
        assert_eq!(every_page(&store, &query).await, found, "{search}");
    }
    // Numbers of contacts that fit count as well, and only with a search.
    let mut query = CallQuery::newest(Visibility::All, 50);
    query.search_numbers = vec![party(CALLER).key.unwrap()];
    assert_eq!(every_page(&store, &query).await.len(), 8);
    query.search = Some("zander".to_owned());
    assert_eq!(every_page(&store, &query).await, [CallId(7), CallId(6)]);
}

/// Queues differ in more than the case of their letters, whatever those are.
pub async fn queues_in_any_case(engine: &impl Engine) {
    let store = engine.open().await;
    for (number, queue) in ["Öffentliche Räume", "öffentliche räume", "Straße*", "zzz"]
        .into_iter()
        .enumerate()
    {
        say(&store, new_call(&number.to_string()).queue(queue)).await;
    }
    for (queue, found) in [
        ("ÖFFENTLICHE RÄUME", vec![2, 1]),
        ("öffentliche Räume", vec![2, 1]),
        ("öffentliche", vec![]),
        ("Räume", vec![]),
        ("straße*", vec![3]),
        ("straße?", vec![]),
        ("ß*", vec![]),
        ("ÜZZZ", vec![]),
        ("ZZZ", vec![4]),
    ] {
        let mut query = CallQuery::newest(Visibility::All, 50);
        query.queue = Some(queue.to_owned());
        let found: Vec<CallId> = found.into_iter().map(CallId).collect();
        assert_eq!(every_page(&store, &query).await, found, "{queue}");
    }
}
