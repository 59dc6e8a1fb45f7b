//! Two who write to one thing.

use offhook_testkit::{Office, assert_problem};
use serde_json::{Value, json};

use crate::PROGRAM;

#[tokio::test]
async fn a_write_to_what_somebody_else_changed_is_refused() {
    let office = Office::open(PROGRAM).await;
    let pbx = office.pbx("office").await;
    let source = format!("/api/v1/sources/{}", pbx.source_id);
    let settings = "/api/v1/settings".to_owned();
    let (user, _) = office.user(json!({"login": "emma"})).await;
    let user = format!("/api/v1/users/{user}");
    let config = format!("{source}/config");
    let blocked = format!("{source}/blocked");
    let unblock = format!("{blocked}?caller_id=1");
    let rotate = format!("{source}/rotate");
    let writes: Vec<(&str, &String, &String, Value, u16)> = vec![
        ("patch", &source, &source, json!({"name": "office 2"}), 200),
        ("put", &source, &config, json!({}), 200),
        ("post", &source, &blocked, json!({"caller_id": "1"}), 201),
        ("delete", &source, &unblock, json!({}), 204),
        ("post", &source, &rotate, json!({}), 201),
        (
            "patch",
            &settings,
            &settings,
            json!({"view_limit": 70}),
            200,
        ),
        ("patch", &user, &user, json!({"name": "Emma"}), 200),
        ("delete", &user, &user, json!({}), 204),
        ("delete", &source, &source, json!({}), 204),
    ];
    for (method, object, path, body, status) in writes {
        let etag = office.admin.get(object).await.header("etag").to_owned();
        assert!(
            etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2,
            "{etag}"
        );
        for stale in ["\"99999\"", "\"abc\"", "abc"] {
            let answer = office
                .admin
                .clone()
                .with("if-match", stale)
                .send_json(method, path, body.clone())
                .await;
            assert_problem(&answer, 412, "stale", None);
            assert_eq!(
                office.admin.get(object).await.header("etag"),
                etag,
                "{method} {path}"
            );
        }
        let answer = office
            .admin
            .clone()
            .with("if-match", &etag)
            .send_json(method, path, body.clone())
            .await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
    }
}

#[tokio::test]
async fn writes_at_once_without_if_match_are_all_made() {
    let office = Office::open(PROGRAM).await;
    let admin = &office.admin;
    let pbx = office.pbx("office").await;
    let blocked = format!("/api/v1/sources/{}/blocked", pbx.source_id);
    let entry = |number: i64| json!({"caller_id": format!("493011111{number}")});
    let contact = json!({"name": "Anna"});
    let contact = admin.post("/api/v1/contacts", contact).await.json()["id"].clone();
    let contact = format!("/api/v1/contacts/{contact}");
    let writes = (0..8).map(async |number| {
        let (one, two, three) = tokio::join!(
            admin.post(&blocked, entry(number)),
            admin.patch("/api/v1/settings", json!({"view_limit": 10 + number})),
            admin.patch(&contact, json!({"note": format!("note {number}")})),
        );
        [
            one.status.as_u16(),
            two.status.as_u16(),
            three.status.as_u16(),
        ]
    });
    for statuses in futures_util::future::join_all(writes).await {
        assert_eq!(statuses, [201, 200, 200]);
    }
    let source = admin
        .read(&format!("/api/v1/sources/{}", pbx.source_id))
        .await;
    let list = &source["config"]["inbound"]["block_caller_ids"];
    assert_eq!(list.as_array().unwrap().len(), 8, "{list}");
}
