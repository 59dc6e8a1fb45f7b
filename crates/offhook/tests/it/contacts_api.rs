//! Contacts: kept over the API, and who the log says a number is.

use offhook_testkit::{Answer, Client, Office, assert_part, assert_problem};
use serde_json::{Value, json};

use crate::PROGRAM;

#[tokio::test]
async fn contacts_are_made_found_changed_and_deleted() {
    let office = Office::open(PROGRAM).await;
    let (_, emma) = office.user(json!({"login": "emma"})).await;
    let draft = json!({"name": "Anna Lopez", "organization": "Awesome Ltd", "phones": ["+49 30 23125741", "0171/5550000"],
        "emails": ["anna@awesome.example"], "note": "Assistant: 040 555666", "url": "https://crm.example/anna"});
    let made = emma.post("/api/v1/contacts", draft.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_part(&made.json(), &draft, "made");
    assert_part(
        &made.json(),
        &json!({"numbers": [{"e164": "493023125741", "pretty": "+49 30 23125741"}, {"e164": "491715550000"}],
            "note_numbers": [{"number": "+4940555666", "e164": "4940555666"}]}),
        "numbers",
    );
    let path = format!("/api/v1/contacts/{}", made.json()["id"]);
    let read = emma.get(&path).await;
    assert_eq!(
        (read.json(), read.header("etag")),
        (made.json(), made.header("etag"))
    );
    for name in [
        "Berta Miller",
        "\u{c4}nne Sm\u{f8}rrebr\u{f8}d",
        "100% Discount_Shop",
    ] {
        emma.post("/api/v1/contacts", json!({"name": name})).await;
    }
    for (query, expected) in [
        (
            "",
            vec![
                "100% Discount_Shop",
                "\u{c4}nne Sm\u{f8}rrebr\u{f8}d",
                "Berta Miller",
                "Anna Lopez",
            ],
        ),
        ("q=anna", vec!["Anna Lopez"]),
        ("q=LOP", vec!["Anna Lopez"]),
        ("q=awesome", vec!["Anna Lopez"]),
        ("q=lopez+anna", vec!["Anna Lopez"]),
        ("q=23125741", vec!["Anna Lopez"]),
        ("q=030+23125741", vec!["Anna Lopez"]),
        ("q=%2B4917155", vec!["Anna Lopez"]),
        ("q=%C3%A4nne", vec!["\u{c4}nne Sm\u{f8}rrebr\u{f8}d"]),
        ("q=nobody", vec![]),
        ("q=%25", vec![]),
        ("q=%22%27%28", vec![]),
    ] {
        let list = emma.get(&format!("/api/v1/contacts?{query}")).await;
        assert_eq!(list.status, 200, "{query}: {}", list.text);
        let list = list.json();
        let names: Vec<_> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|contact| contact["name"].clone())
            .collect();
        if query == "q=%25" || query == "q=%22%27%28" {
            // Whatever signs alone find, they break nothing.
            continue;
        }
        assert_eq!(names, expected, "{query}");
    }
    let page = emma.read("/api/v1/contacts?limit=3").await;
    let next = page["next_cursor"].as_str().unwrap();
    let rest = emma
        .read(&format!("/api/v1/contacts?limit=3&cursor={next}"))
        .await;
    assert_part(
        &rest,
        &json!({"items": [{"name": "Anna Lopez"}], "next_cursor": null}),
        "pages",
    );

    let changed = emma
        .clone()
        .with("if-match", made.header("etag"))
        .patch(&path, json!({"note": "", "phones": []}))
        .await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let expected = json!({"name": "Anna Lopez", "phones": [], "numbers": [], "note": "", "emails": ["anna@awesome.example"]});
    assert_part(&changed.json(), &expected, "changed");
    assert_ne!(changed.header("etag"), made.header("etag"));
    let stale = emma.clone().with("if-match", made.header("etag"));
    assert_problem(
        &stale.patch(&path, json!({"name": "X"})).await,
        412,
        "stale",
        None,
    );
    assert_problem(&stale.delete(&path).await, 412, "stale", None);
    for (body, field) in [
        (json!({"name": "", "organization": ""}), "name"),
        (json!({"name": "x".repeat(251)}), "name"),
        (json!({"name": "two\nlines"}), "name"),
        (json!({"phones": ["1", " "]}), "phones[1]"),
        (json!({"phones": [1]}), "phones[0]"),
        (json!({"emails": "a@b"}), "emails"),
        (json!({"note": "x".repeat(20_001)}), "note"),
        (json!({"url": "javascript:alert(1)"}), "url"),
        (json!({"title": "Dr."}), "title"),
    ] {
        assert_problem(
            &emma.patch(&path, body.clone()).await,
            422,
            "invalid",
            Some(field),
        );
    }
    assert_problem(
        &emma.post("/api/v1/contacts", json!({})).await,
        422,
        "invalid",
        Some("name"),
    );
    assert_eq!(
        emma.clone()
            .with("if-match", changed.header("etag"))
            .delete(&path)
            .await
            .status,
        204
    );
    for answer in [
        emma.get(&path).await,
        emma.delete(&path).await,
        emma.patch(&path, json!({"name": "X"})).await,
    ] {
        assert_problem(&answer, 404, "not_found", None);
    }
}

#[tokio::test]
async fn who_is_this() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let id = |answer: Answer| answer.json()["id"].clone();
    let anna =
        json!({"name": "Anna Lopez", "organization": "Awesome Ltd", "phones": ["030 23125741"]});
    let anna = id(admin.post("/api/v1/contacts", anna).await);
    let berta =
        json!({"name": "Berta", "note": "Husband of Anna, 030/23125741, mobile (0171) 5550000"});
    let berta = id(admin.post("/api/v1/contacts", berta).await);
    let known = json!({"contact_id": anna, "name": "Anna Lopez", "organization": "Awesome Ltd", "level": "known"});
    let maybe = json!({"contact_id": berta, "name": "Berta", "organization": "", "level": "maybe"});
    for (asked, e164, pretty, matches) in [
        (
            "%2B493023125741",
            json!("493023125741"),
            "+49 30 23125741",
            json!([known]),
        ),
        (
            "030+2312-5741",
            json!("493023125741"),
            "+49 30 23125741",
            json!([known]),
        ),
        (
            "491715550000",
            json!("491715550000"),
            "+49 171 5550000",
            json!([maybe]),
        ),
        ("4940", json!(null), "4940", json!([])),
        ("anonymous", json!(null), "", json!([])),
        ("", json!(null), "", json!([])),
    ] {
        let found = admin.read(&format!("/api/v1/lookup?number={asked}")).await;
        assert_eq!(
            (&found["e164"], &found["pretty"]),
            (&e164, &json!(pretty)),
            "{asked}"
        );
        // Where somebody is known, what may be comes behind or not at all.
        let first = found["matches"].as_array().unwrap().first().cloned();
        assert_eq!(
            first,
            matches.as_array().unwrap().first().cloned(),
            "{asked}: {found}"
        );
    }
    assert_problem(&admin.get("/api/v1/lookup").await, 422, "invalid", None);
}

#[tokio::test]
async fn the_whole_log_knows_a_contact_at_once_and_forgets_it_at_once() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let pbx = office.pbx("office").await;
    pbx.tell(&[
        "event=newCall&callId=a&direction=in&from=493023125741&to=22",
        "event=newCall&callId=b&direction=out&from=22&to=03023125741",
        "event=newCall&callId=c&direction=in&from=\"Miss Lopez\" <493023125741>&to=22",
        "event=newCall&callId=d&direction=in&from=4940555&to=22",
    ])
    .await;
    let mut hears = admin.listen().await;
    let names = async || {
        let calls = office.calls_of(&pbx).await;
        let names: Vec<_> = (calls.iter())
            .map(|call| {
                call[if call["direction"] == "in" {
                    "from"
                } else {
                    "to"
                }]["name"]
                    .clone()
            })
            .collect();
        json!(names)
    };
    assert_eq!(names().await, json!([null, null, "Miss Lopez", null]));
    let made = admin
        .post(
            "/api/v1/contacts",
            json!({"name": "Anna Lopez", "phones": ["030 23125741"]}),
        )
        .await;
    let path = format!("/api/v1/contacts/{}", made.json()["id"]);
    assert_eq!(
        names().await,
        json!(["Anna Lopez", "Anna Lopez", "Anna Lopez", null])
    );
    let mut heard: Vec<String> = Vec::new();
    for _ in 0..3 {
        let event = hears.next().await;
        assert_eq!(event.name, "call");
        assert!(
            event.data.to_string().contains("Anna Lopez"),
            "{}",
            event.data
        );
        heard.push(event.data["call_id"].as_str().unwrap().to_owned());
    }
    heard.sort();
    assert_eq!(heard, ["a", "b", "c"], "no other call");
    admin.patch(&path, json!({"name": "Anna Miller"})).await;
    assert_eq!(
        names().await,
        json!(["Anna Miller", "Anna Miller", "Anna Miller", null])
    );
    assert!(hears.next().await.data.to_string().contains("Anna Miller"));
    // Only what may be: the log says so.
    admin
        .patch(
            &path,
            json!({"phones": [], "note": "calls from 030 23125741"}),
        )
        .await;
    let unsure = names().await;
    assert!(unsure[0].as_str().unwrap().contains("maybe"), "{unsure}");
    admin.delete(&path).await;
    assert_eq!(names().await, json!([null, null, "Miss Lopez", null]));
    let (marker, before) = async {
        pbx.tell(&["event=hangup&callId=d"]).await;
        let mut before = Vec::new();
        loop {
            let event = hears.next().await;
            if event.data["call_id"] == "d" {
                return (event, before);
            }
            before.push(event);
        }
    }
    .await;
    assert_eq!(marker.name, "call");
    let last = &before[before.len() - 3..];
    assert!(
        last.iter()
            .all(|event| !event.data.to_string().contains("Anna")),
        "{last:?}"
    );
}

#[tokio::test]
async fn the_list_says_when_there_was_last_a_call_that_one_may_see() {
    let office = Office::open(PROGRAM).await;
    let (id, emma) = office.user(json!({"login": "emma"})).await;
    let config = json!({"inbound": {"block_caller_ids": []}, "outbound": {"routing_table": []}, "notify_map": [{"queue": "support", "user_ids": [id]}]});
    let pbx = office.pbx_with("office", config).await;
    let contact = |name: &str, note: &str, phones: &[&str]| json!({"name": name, "note": note, "phones": phones});
    for draft in [
        contact("Nobody", "", &["+49 30 333"]),
        contact("Marcel", "or 030 222333", &["+49 30 999"]),
        contact("Anna", "", &["+49 30 111222", "+49 30 111333"]),
    ] {
        office.admin.post("/api/v1/contacts", draft).await;
    }
    let tell = async |call: &str, more: &str| {
        pbx.tell(&[&format!("event=newCall&callId={call}&{more}")])
            .await;
    };
    tell("a", "direction=in&from=4930111222&to=1&queue=support").await;
    tell("b", "direction=out&from=1&to=4930111333&queue=sales").await;
    tell("c", "direction=in&from=4930222333&to=1&queue=sales").await;
    let started = |call: Value| call["started_at"].clone();
    let calls = office.calls_of(&pbx).await;
    let call = |id: &str| {
        let found = calls.iter().find(|call| call["call_id"] == id);
        started(found.unwrap().clone())
    };
    let listed = async |client: &Client| {
        let list = client.read("/api/v1/contacts").await;
        let items = list["items"].as_array().unwrap();
        items
            .iter()
            .map(|item| item["last_call_at"].clone())
            .collect::<Vec<_>>()
    };
    let newest_first = [call("b"), call("c"), Value::Null];
    assert_eq!(listed(&office.admin).await, newest_first);
    assert_eq!(listed(&emma).await, [call("a"), Value::Null, Value::Null]);
}
